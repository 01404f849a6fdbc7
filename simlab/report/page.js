"use strict";
const config = {
  displaylogo: false,
  responsive: true,
  showSendToCloud: false,
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
};
const drawings = [...document.querySelectorAll(".drawing")];

function draw(place) {
  const spec = JSON.parse(place.nextElementSibling.textContent);
  return Plotly.newPlot(place, spec.data, spec.layout, config);
}

// Paper has its own width, and drawings do not shrink by themselves. So the page takes on the paper's width for a
// moment, the drawings are fitted to it, and go back to the window's width afterwards.
function fit(onPaper) {
  document.documentElement.classList.toggle("paper", onPaper);
  for (const place of drawings) Plotly.relayout(place, { width: place.clientWidth });
}
window.addEventListener("beforeprint", () => fit(true));
window.addEventListener("afterprint", () => {
  fit(false);
  for (const place of drawings) Plotly.relayout(place, { width: null, autosize: true });
});

function saveCsv(button) {
  const table = button.parentElement.querySelector("table");
  const quote = (cell) => '"' + cell.textContent.replaceAll('"', '""') + '"';
  const text = [...table.rows].map((row) => [...row.cells].map(quote).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = button.dataset.name + ".csv";
  link.click();
  URL.revokeObjectURL(link.href);
}

function filterParameters(box) {
  const wanted = box.value.toLowerCase();
  const rows = [...document.querySelectorAll("#parameter-table tbody tr")];
  for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  const shown = rows.filter((row) => !row.hidden).length;
  document.getElementById("filtered").textContent = wanted ? shown + " of " + rows.length : "";
}

function followReader() {
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.classList.remove("here");
        links.get(entry.target.id).classList.add("here");
      }
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of document.querySelectorAll("section")) seen.observe(section);
}

for (const button of document.querySelectorAll("button.csv")) button.addEventListener("click", () => saveCsv(button));
const filterBox = document.getElementById("filter");
if (filterBox) filterBox.addEventListener("input", () => filterParameters(filterBox)); // some pages list no parameters
followReader();
Promise.all(drawings.map(draw)).then(() => document.documentElement.setAttribute("data-drawn", "yes"));
