"""One function a figure: findings in, a `Figure` out (panels to draw, a sentence, a caption and a table)."""
