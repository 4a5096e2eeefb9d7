// Where windows lie on an image; nothing here knows of the page.

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
