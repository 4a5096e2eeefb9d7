// Pictures whose values lie one after the other, row by row.

/** A colour as `pixelsOf` takes it, 0xAABBGGRR. */
const colourPixel = ([red, green, blue]) => 0xff000000 | (blue << 16) | (green << 8) | red;
const greyPixel = (grey) => 0xff000000 | (Math.round(grey) * 0x10101);

/** A small canvas, a pixel a pixel; `colourOf` gives each pixel's colour. */
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

/** Fill a canvas with values, each in the colour that `colourOf` gives it. */
function paintPixels(canvas, shape, values, colourOf) {
  const context = fitCanvas(canvas, shape.rows, shape.columns);
  enlarge(context, pixelsOf(shape, values, colourOf), canvas.unit);
  return context;
}
