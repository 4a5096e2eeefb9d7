// Losses of one prediction and their slopes; nothing here knows of the page.
// A loss depends on the miss m = |y - p|, how far the prediction is from the truth, alone;
// h = 1 - m. Only soft Dice tells the two classes apart.

// Keras' keras.config.epsilon().
const EPSILON = 1e-7;
const LOSSES = {
  mae: { value: (m) => m, slope: () => 1 },
  mse: { value: (m) => m * m, slope: (m) => 2 * m },
  huber: {
    value: (m, _, { delta }) => (m <= delta ? (m * m) / 2 : delta * m - (delta * delta) / 2),
    slope: (m, _, { delta }) => Math.min(m, delta),
  },
  crossentropy: { value: (m, logHit) => -logHit, slope: (m, logHit) => Math.exp(-logHit) },
  focal: {
    value: (m, logHit, { gamma }) => -(m ** gamma) * logHit,
    slope: (m, logHit, { gamma }) =>
      (gamma ? -gamma * m ** (gamma - 1) * logHit : 0) + m ** gamma * Math.exp(-logHit),
  },
  // A mask of a single pixel: where there is no lesion, nothing overlaps, whatever is predicted.
  dice: {
    value: (m, _, { truth }) => (truth ? 1 - (2 * (1 - m)) / (2 - m + EPSILON) : 1),
    slope: (m, _, { truth }) => (truth ? (2 * (1 + EPSILON)) / (2 - m + EPSILON) ** 2 : 0),
  },
};

export function sigmoid(logit) {
  return logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));
}

/** log(1 + exp(x)), which never overflows: the log-sum-exp of 0 and x. */
function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function logitOf(probability) {
  return Math.log(probability) - Math.log1p(-probability);
}

/** Value and slope of one loss for one case whose true class is 0 or 1. */
function forOneClass(name, truth, logit, options) {
  const towards = truth ? logit : -logit;
  const miss = sigmoid(-towards);
  const facts = [miss, -softplus(-towards), { ...options, truth }];
  const { value, slope } = LOSSES[name];
  const direction = truth ? -1 : 1;
  const alongProbability = direction * slope(...facts);
  const alongLogit = alongProbability * sigmoid(logit) * sigmoid(-logit);
  return { value: value(...facts), slope: options.axis === "probability" ? alongProbability : alongLogit };
}

/**
 * Mean value and slope of a loss over cases that all get the same prediction: a share of them
 * belongs to class 1, the others to class 0, and each counts as much as its class weighs.
 */
export function lossAt(name, logit, options) {
  const { share: share_, weights } = options;
  const parts = [
    { class_: 0, weight: (1 - share_) * weights[0] },
    { class_: 1, weight: share_ * weights[1] },
  ];
  return parts.reduce(
    (sum, { class_, weight }) => {
      const { value, slope } = forOneClass(name, class_, logit, options);
      // A weight of 0 must also silence an infinite loss.
      return weight ? { value: sum.value + weight * value, slope: sum.slope + weight * slope } : sum;
    },
    { value: 0, slope: 0 },
  );
}

const f = Math.fround;

/** The textbook's cross-entropy of a sigmoid, step by step in float32, and its chain rule. */
export function naiveAt(logit, { share: share_, weights }, clip = (p) => p) {
  const p = f(1 / f(1 + f(Math.exp(f(-logit)))));
  const q = f(1 - clip(p));
  const [positive, negative] = [f(share_ * weights[1]), f((1 - share_) * weights[0])];
  const logs = [f(positive * f(Math.log(clip(p)))), f(negative * f(Math.log(q)))];
  const alongP = f(f(negative / q) - f(positive / clip(p)));
  const alongLogit = f(alongP * f(p * f(1 - p)));
  return { value: f(-f(logs[0] + logs[1])), slope: clip(p) === p ? alongLogit : 0 };
}

/** The same after Keras' rescue: probabilities are clipped to 1e-7 ... 1 - 1e-7 first. */
export function clippedAt(logit, options) {
  return naiveAt(logit, options, (p) => Math.min(Math.max(p, f(EPSILON)), f(1 - EPSILON)));
}
