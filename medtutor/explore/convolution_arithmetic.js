// The arithmetic of one convolution filter on one channel; nothing here knows of the page.

/** Output length, and padding before and after, along one axis (Keras' rules). */
export function axisGeometry(length, weights, { strides, padding, dilation }) {
  const span = dilation * (weights - 1) + 1;
  if (padding === "valid") {
    const output = Math.max(Math.floor((length - span) / strides) + 1, 0);
    return { length, weights, span, output, before: 0, after: 0 };
  }
  const output = Math.ceil(length / strides);
  const total = Math.max((output - 1) * strides + span - length, 0);
  const before = Math.floor(total / 2);
  return { length, weights, span, output, before, after: total - before };
}

export function geometry(image, kernel, settings) {
  return {
    rows: axisGeometry(image.length, kernel.length, settings),
    columns: axisGeometry(image[0].length, kernel[0].length, settings),
  };
}

/** Each pixel under the window whose output lies at `row`, `column`, times its weight. */
export function windowProducts(image, kernel, settings, row, column) {
  const { rows, columns } = geometry(image, kernel, settings);
  return kernel.map((weights, p) =>
    weights.map((weight, q) => {
      const y = row * settings.strides - rows.before + p * settings.dilation;
      const x = column * settings.strides - columns.before + q * settings.dilation;
      const inside = y >= 0 && y < rows.length && x >= 0 && x < columns.length;
      const pixel = inside ? image[y][x] : 0;
      return { y, x, inside, pixel, weight, product: pixel * weight };
    }),
  );
}

export function sumOfProducts(products) {
  return products.flat().reduce((sum, { product }) => sum + product, 0);
}

export function convolve(image, kernel, settings) {
  const { rows, columns } = geometry(image, kernel, settings);
  return Array.from({ length: rows.output }, (_, row) =>
    Array.from({ length: columns.output }, (_, column) =>
      sumOfProducts(windowProducts(image, kernel, settings, row, column)),
    ),
  );
}
