// What an ensemble gives: the same as scene.py; nothing here knows of the page.

const SUREST = 1e-6;
const N_BINS = 10;

const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const clip = (p) => Math.min(Math.max(p, SUREST), 1 - SUREST);
const SCALES = {
  mean: { there: (p) => p, back: (p) => p },
  logit: { there: (p) => Math.log(clip(p) / (1 - clip(p))), back: (z) => 1 / (1 + Math.exp(-z)) },
  vote: { there: (p) => (p >= 0.5 ? 1 : 0), back: (p) => p },
};

/** The joint probability of each case, or null where nobody is asked. */
export function combine(rows, method, expert, percent) {
  const weight = expert ? percent / 100 : 0;
  if (!rows.length && !weight) return null;
  const share = rows.length ? weight : 1;
  const { there, back } = SCALES[method];
  return (rows[0] ?? expert).map((_, i) => {
    const said = rows.length ? mean(rows.map((row) => there(row[i]))) : 0;
    return back(weight ? (1 - share) * said + share * there(expert[i]) : said);
  });
}

/** The points of the ROC curve from (0, 0) to (1, 1): one for each distinct score. */
export function rocOf(labels, scores) {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const positives = labels.reduce((a, b) => a + b, 0);
  const points = [[0, 0]];
  let [hits, alarms] = [0, 0];
  order.forEach((i, place) => {
    if (labels[i]) hits += 1;
    else alarms += 1;
    if (scores[order[place + 1]] === scores[i]) return;
    points.push([alarms / (labels.length - positives), hits / positives]);
  });
  return points;
}

/** The area under the points, by trapezia. */
export function areaUnder(points) {
  let area = 0;
  for (let i = 1; i < points.length; i += 1)
    area += ((points[i][0] - points[i - 1][0]) * (points[i][1] + points[i - 1][1])) / 2;
  return area;
}

export function logLossOf(labels, scores) {
  return mean(scores.map((p, i) => -Math.log(labels[i] ? clip(p) : 1 - clip(p))));
}

/** Mean score, share of class 1 and number of cases of each tenth that holds any. */
export function reliabilityOf(labels, scores) {
  const bins = Array.from({ length: N_BINS }, () => []);
  scores.forEach((p, i) => bins[Math.min(Math.floor(p * N_BINS), N_BINS - 1)].push(i));
  return bins
    .filter((cases) => cases.length)
    .map((cases) => [mean(cases.map((i) => scores[i])), mean(cases.map((i) => labels[i])), cases.length]);
}

/** All that is shown at one setting; null where nobody is asked. */
export function sceneOf(labels, probabilities, { members, method, expert, percent }) {
  const rows = probabilities.filter((_, i) => members[i]);
  const scores = combine(rows, method, expert, percent);
  if (!scores) return null;
  const voices = expert && percent ? [...rows, expert] : rows;
  const wrong = (row, i) => row[i] >= 0.5 !== (labels[i] === 1);
  const roc = rocOf(labels, scores);
  return {
    scores,
    voices,
    n_members: rows.length,
    auc: areaUnder(roc),
    log_loss: logLossOf(labels, scores),
    aucs: voices.map((row) => areaUnder(rocOf(labels, row))),
    losses: voices.map((row) => logLossOf(labels, row)),
    both_wrong:
      voices.length < 2 ? null : mean(labels.map((_, i) => (wrong(voices[0], i) && wrong(voices[1], i) ? 1 : 0))),
    roc,
    reliability: reliabilityOf(labels, scores),
  };
}
