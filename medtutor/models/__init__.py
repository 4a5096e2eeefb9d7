"""Networks of the course: shapes and widths in, an uncompiled Keras model out.

Inputs are float images that the lesson has already normalised; no builder rescales them.
"""

from medtutor.models.cnn import build_cnn, build_cnn_28, build_cnn_64, build_cnn_224
from medtutor.models.explaining import ReceptiveField, receptive_field
from medtutor.models.recurrent import build_cnn_lstm, build_lstm
from medtutor.models.unet import build_unet, build_unet3d, build_unet_256
from medtutor.models.vit import Positions, build_vit
