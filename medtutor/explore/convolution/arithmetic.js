// The arithmetic of one convolution filter on one channel; nothing here knows of the page.

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
