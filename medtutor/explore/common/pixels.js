// Pictures whose values lie one after the other, row by row.

/** A small canvas, a pixel a pixel; `colourOf` gives each pixel's as 0xAABBGGRR. */
function pixelsOf({ rows, columns }, values, colourOf) {
  const canvas = make("canvas", { width: columns, height: rows });
  const picture = new ImageData(columns, rows);
  const colours = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < colours.length; i++) colours[i] = colourOf(values[i]);
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

function enlarge(context, small, unit) {
  context.imageSmoothingEnabled = false;
  context.drawImage(small, EDGE, EDGE, small.width * unit, small.height * unit);
}
