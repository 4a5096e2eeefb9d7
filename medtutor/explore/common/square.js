// A square from 0 to 1 both ways, for explorers that draw one share over another.

const SQUARE = { left: 44, right: 254, top: 10, bottom: 220 };
const toX = scale(0, 1, SQUARE.left, SQUARE.right);
const toY = scale(0, 1, SQUARE.bottom, SQUARE.top);

/** The square with its ticks and the names of both axes. */
function drawSquare(xName, yName) {
  const { left, right, bottom } = SQUARE;
  const ticks = [0, 0.5, 1];
  return [
    drawPlotBox(SQUARE),
    ...ticks.map((tick) => drawText(toX(tick), bottom + 16, write(tick))),
    ...ticks.map((tick) => drawText(left - 5, toY(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 33, xName),
    drawUpwards(12, 115, yName),
  ];
}

/** The line on which both shares are equal: chance, or probabilities that are right. */
function drawDiagonal() {
  const { left, right, top, bottom } = SQUARE;
  return drawLine(left, bottom, right, top, "mt-chance");
}
