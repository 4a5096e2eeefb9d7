// What the image-quality explorer says: pure functions from numbers to sentences.

const GONE = 0.15;
const PLAIN_SIGHT = 0.8;

function lesionInSight(kept) {
  if (kept < -GONE) return "The lesion has turned round: what was bright is dark, or the reverse.";
  if (kept < GONE) return "The lesion is gone.";
  return kept > PLAIN_SIGHT ? "The lesion is in plain sight." : "The lesion is fainter than before.";
}

function qualityInWords({ psnr, ssim, kept }) {
  const decibels = Number.isFinite(psnr) ? `${psnr.toFixed(1)} dB` : "infinite (nothing differs)";
  const share = `${Math.round(100 * kept)} %`.replace("-", "−");
  return (
    `PSNR ${decibels}, SSIM ${ssim.toFixed(3).replace("-", "−")}, lesion contrast ${share} of ` +
    `the original. ${lesionInSight(kept)}`
  );
}
