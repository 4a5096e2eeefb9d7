"""A slice made worse by hand: what PSNR and SSIM say, and what becomes of its lesion."""

from medtutor.explore.image_quality.scene import erased, quality_scene
from medtutor.explore.image_quality.widget import image_quality

__all__ = ["erased", "image_quality", "quality_scene"]
