// The pixels under a kernel with gaps.

/** Mark the pixels that the kernel touches where dilation sets them apart. */
function drawTaps(context, row, column, kernel, dilation) {
  const { unit } = context.canvas;
  if (dilation === 1 || unit < 3) return;
  context.fillStyle = FRAME;
  kernel.forEach((weights, p) =>
    weights.forEach((_, q) => {
      const x = EDGE + (column + q * dilation) * unit;
      const y = EDGE + (row + p * dilation) * unit;
      context.strokeStyle = "#000";
      context.lineWidth = 1;
      context.fillRect(x, y, unit, unit);
      context.strokeRect(x, y, unit, unit);
    }),
  );
}
