// What the activations explorer says; nothing here knows of the page.

const ACTIVATION_TITLES = {
  linear: "none (linear)",
  relu: "ReLU",
  leaky_relu: "leaky ReLU",
  elu: "ELU",
  sigmoid: "sigmoid",
  tanh: "tanh",
};
const INITIALIZER_TITLES = {
  small: "small, 0.5 / √n",
  glorot_normal: "Glorot, 1 / √n",
  he_normal: "He, √2 / √n",
  large: "large, 3 / √n",
};
const INITIALIZER_NAMES = { small: "small", glorot_normal: "Glorot", he_normal: "He", large: "large" };
const WITHOUT_SLOPE_AT_0 = ["relu", "leaky_relu"];
const VANISHES = 0.01;

/** Write a number, however small, in few characters. */
export function writeSmall(value) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 0.01 && size < 1e5)) return write(value);
  return writePower(value);
}

/** How many times longer depth makes the first layer's gradient, against one layer alone. */
export function changeByDepth(gradients, n_layers) {
  return gradients[n_layers - 1][0] / gradients[0][0];
}

export function verdictOn(change) {
  if (change < VANISHES) return "it vanishes";
  return change > 1 / VANISHES ? "it explodes" : "it neither vanishes nor explodes";
}

function pointInWords({ activation, z, y, slope }) {
  const corner = z === 0 && WITHOUT_SLOPE_AT_0.includes(activation);
  const remark = corner ? " by agreement (there is a corner)" : "";
  const name = ACTIVATION_TITLES[activation];
  return `${name} at z = ${write(z)}: output ${writeSmall(y)}, slope ${writeSmall(slope)}${remark}.`;
}

function stackInWords({ initializer, n_layers, size, difference, gradient, change }) {
  const name = INITIALIZER_NAMES[initializer];
  const layers = n_layers === 1 ? "1 layer" : `${n_layers} layers`;
  return (
    `${layers}, ${name} weights: the last layer's outputs have size ${writeSmall(size.at(-1))} and ` +
    `differ by ${writeSmall(difference.at(-1))} between inputs. The first layer's gradient has ` +
    `length ${writeSmall(gradient[0])}, ${writeSmall(change)} times that of a single layer: ` +
    `${verdictOn(change)}.`
  );
}
