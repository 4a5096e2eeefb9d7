"""Every formula of the course in plain NumPy, small enough to read.

Images come in batches with the channels last; float32 in gives float32 out, and float64
float64. Each function ``f`` has an ``f_grad`` that takes the gradient of f's output first.

>>> import numpy as np
>>> from medtutor import scratch
>>> scratch.conv2d(np.ones((1, 5, 5, 1)), np.ones((3, 3, 1, 1)))[0, :, :, 0]
array([[9., 9., 9.],
       [9., 9., 9.],
       [9., 9., 9.]])
"""

from medtutor.scratch import optimizers, parallel, privacy
from medtutor.scratch.anchors import label_anchors, make_anchors
from medtutor.scratch.attention import (
    attention,
    attention_grad,
    multi_head_attention,
    multi_head_attention_grad,
)
from medtutor.scratch.boxes import box_iou, decode_boxes, encode_boxes
from medtutor.scratch.convolution import conv2d, conv2d_grad
from medtutor.scratch.dense import dense, dense_grad
from medtutor.scratch.depth_to_space import depth_to_space, depth_to_space_grad
from medtutor.scratch.explaining import (
    grad_cam,
    integrated_gradients,
    occlusion_map,
    place_map,
    smooth_gradient,
)
from medtutor.scratch.global_pooling import (
    global_avg_pool2d,
    global_avg_pool2d_grad,
    global_max_pool2d,
    global_max_pool2d_grad,
)
from medtutor.scratch.layers.activations import ELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from medtutor.scratch.layers.flatten import Flatten
from medtutor.scratch.layers.pooling import AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from medtutor.scratch.layers.regularisation import BatchNormalization, Dropout
from medtutor.scratch.layers.weighted import Conv2D, Dense
from medtutor.scratch.losses.binary import binary_crossentropy, binary_crossentropy_grad
from medtutor.scratch.losses.categorical import (
    categorical_crossentropy,
    categorical_crossentropy_grad,
)
from medtutor.scratch.losses.focal import focal, focal_grad
from medtutor.scratch.losses.overlap import dice, dice_grad
from medtutor.scratch.losses.regression import huber, huber_grad, mae, mae_grad, mse, mse_grad
from medtutor.scratch.losses.sparse import (
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_grad,
)
from medtutor.scratch.network import Network
from medtutor.scratch.normalisation import (
    batch_moments,
    batch_normalization,
    batch_normalization_grad,
    layer_normalization,
    layer_normalization_grad,
)
from medtutor.scratch.pooling import avg_pool2d, avg_pool2d_grad, max_pool2d, max_pool2d_grad
from medtutor.scratch.quantisation import (
    conv2d_int8,
    dequantise,
    quantisation_scale,
    quantise,
)
from medtutor.scratch.rectifiers import (
    elu,
    elu_grad,
    leaky_relu,
    leaky_relu_grad,
    relu,
    relu_grad,
)
from medtutor.scratch.recurrent.gru import gru, gru_grad
from medtutor.scratch.recurrent.lstm import lstm, lstm_grad
from medtutor.scratch.recurrent.rnn import rnn, rnn_grad
from medtutor.scratch.roi_align import roi_align, roi_align_grad
from medtutor.scratch.sigmoids import (
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_grad,
    tanh,
    tanh_grad,
)
from medtutor.scratch.suppression import non_max_suppression
from medtutor.scratch.transposed_convolution import conv2d_transpose, conv2d_transpose_grad
from medtutor.scratch.volumes import conv3d, conv3d_grad, max_pool3d, max_pool3d_grad
from medtutor.scratch.warping import affine_warp, affine_warp_grad, rotation_matrix
