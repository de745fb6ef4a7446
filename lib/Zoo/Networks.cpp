//===- Networks.cpp - the table of the zoo --------------------------------===//
//
// Part of toscount, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Every network with its parameters, their ranges and defaults, and where it
/// was published. Ranges go beyond what was published, so that parameters can
/// be swept, and end where no one would train the result.
///
//===----------------------------------------------------------------------===//

#include "Networks.h"

using namespace llvm;

namespace toscount {
namespace {

// -- Parameters that several networks have.

constexpr ZooParameter Classes = {.Name = "classes",
                                  .Default = "10",
                                  .Least = 1,
                                  .Most = 1'000'000,
                                  .Doc = "classes"};
constexpr ZooParameter LeNetScale = {.Name = "scale",
                                     .Default = "1",
                                     .Least = 1,
                                     .Most = 64,
                                     .Doc = "width w; published 1 to 5"};
constexpr ZooParameter LeNetData = {
    .Name = "data",
    .Default = "mnist",
    .Choices = "mnist cifar10",
    .Doc = "1x28x28 images, padded to 32x32, or 3x32x32"};
constexpr ZooParameter LeNetAct = {.Name = "act",
                                   .Default = "softplus",
                                   .Choices = "softplus relu sigmoid tanh gelu",
                                   .Doc = "activation; published: softplus"};
constexpr ZooParameter FashionData = {.Name = "data",
                                      .Default = "fashion-mnist",
                                      .Choices = "fashion-mnist mnist cifar10",
                                      .Doc = "1x28x28 images, or 3x32x32"};
constexpr ZooParameter Layers = {.Name = "layers",
                                 .Default = "3",
                                 .Least = 1,
                                 .Most = 256,
                                 .Doc = "linear layers"};
constexpr ZooParameter DenseAct = {
    .Name = "act",
    .Default = "relu",
    .Choices = "relu none sigmoid tanh gelu softplus",
    .Doc = "after all layers but the last; not published"};

// -- The parameters of each.

constexpr ZooParameter LeNetParameters[] = {LeNetScale, LeNetData, LeNetAct,
                                            Classes};
constexpr ZooParameter DnnParameters[] = {
    {.Name = "width",
     .Default = "4",
     .Least = 1,
     .Most = 65'536,
     .Doc = "nodes a hidden layer; published 4 to 18"},
    {.Name = "act",
     .Default = "sigmoid",
     .Choices = "sigmoid tanh gelu relu softplus",
     .Doc = "of the hidden layers; published: sigmoid, tanh, gelu"},
    {.Name = "layers",
     .Default = "3",
     .Least = 1,
     .Most = 256,
     .Doc = "hidden layers; published: 3"},
    {.Name = "inputs",
     .Default = "4",
     .Least = 1,
     .Most = 1'000'000,
     .Doc = "features; published: 4 (banknotes)"},
};
constexpr ZooParameter CnnParameters[] = {
    {.Name = "depth",
     .Default = "2",
     .Least = 1,
     .Most = 10,
     .Doc = "convolutional layers; published 2 to 10"},
    {.Name = "act",
     .Default = "gelu",
     .Choices = "gelu relu sigmoid tanh softplus",
     .Doc = "activation; published: gelu"},
    {.Name = "padding",
     .Default = "same",
     .Choices = "same valid",
     .Doc = "not published"},
    {.Name = "channels",
     .Default = "32",
     .Least = 1,
     .Most = 65'536,
     .Doc = "channels a layer; published: 32"},
    {.Name = "size",
     .Default = "256",
     .Least = 1,
     .Most = 65'536,
     .Doc = "height and width of the image; published: 256"},
};
constexpr ZooParameter DenseParameters[] = {Layers, FashionData, DenseAct,
                                            Classes};
constexpr ZooParameter SimpleCnnParameters[] = {
    {.Name = "conv",
     .Default = "1",
     .Least = 1,
     .Most = 5,
     .Doc = "convolutional layers; published 1 and 4"},
    {.Name = "linear",
     .Default = "3",
     .Least = 1,
     .Most = 256,
     .Doc = "linear layers; published 3 and 7"},
    {.Name = "relu",
     .Default = "0",
     .Least = 0,
     .Most = 5,
     .Doc = "how many of the convolutions, from the first, a ReLU follows; "
            "published: none or all"},
    FashionData,
    {.Name = "channels",
     .Default = "32",
     .Least = 1,
     .Most = 65'536,
     .Doc = "channels a layer; not published"},
    {.Name = "hidden",
     .Default = "0",
     .Least = 0,
     .Most = 65'536,
     .Doc = "features of the first linear layer, 0: half of those it reads; "
            "not published"},
    Classes,
};
constexpr ZooParameter NasBenchParameters[] = {
    {.Name = "matrix",
     .Default = "010/001/000",
     .Doc = "adjacency of a cell's 2 to 7 vertices, rows joined by '/'; the "
            "first vertex is the input, the last the output"},
    {.Name = "ops",
     .Default = "conv3x3",
     .Doc = "of each vertex between, joined by '/': conv3x3, conv1x1, "
            "maxpool3x3; 'none' when there is none"},
    {.Name = "stacks",
     .Default = "3",
     .Least = 1,
     .Most = 6,
     .Doc = "stacks of cells; published: 3"},
    {.Name = "cells",
     .Default = "3",
     .Least = 1,
     .Most = 64,
     .Doc = "cells a stack; published: 3"},
    {.Name = "channels",
     .Default = "128",
     .Least = 8,
     .Most = 65'536,
     .Doc = "of the stem, doubled from stack to stack; published: 128"},
    Classes,
};
constexpr ZooParameter MlpParameters[] = {
    {.Name = "layers",
     .Default = "2",
     .Least = 1,
     .Most = 256,
     .Doc = "hidden layers"},
    {.Name = "width",
     .Default = "512",
     .Least = 1,
     .Most = 65'536,
     .Doc = "nodes a hidden layer"},
    {.Name = "inputs",
     .Default = "784",
     .Least = 1,
     .Most = 10'000'000,
     .Doc = "features"},
    {.Name = "act",
     .Default = "relu",
     .Choices = "relu none sigmoid tanh gelu softplus",
     .Doc = "activation"},
    Classes,
};
constexpr ZooParameter ImageNetClasses = {.Name = "classes",
                                          .Default = "1000",
                                          .Least = 1,
                                          .Most = 1'000'000,
                                          .Doc = "classes"};
constexpr ZooParameter ImageSize = {.Name = "size",
                                    .Default = "224",
                                    .Least = 32,
                                    .Most = 65'536,
                                    .Doc = "height and width of the image"};
constexpr ZooParameter ResNetParameters[] = {
    {.Name = "depth",
     .Default = "18",
     .Choices = "18 34 50 101 152",
     .Doc = "from 50 on with bottlenecks"},
    ImageSize,
    ImageNetClasses,
};
constexpr ZooParameter VggParameters[] = {
    {.Name = "depth",
     .Default = "16",
     .Choices = "11 13 16 19",
     .Doc = "layers with weights"},
    {.Name = "bn",
     .Default = "0",
     .Choices = "0 1",
     .Doc = "BatchNormalization after each convolution"},
    ImageSize,
    ImageNetClasses,
};
constexpr ZooParameter MobileNetParameters[] = {
    {.Name = "width",
     .Default = "100",
     .Least = 10,
     .Most = 1000,
     .Doc = "width multiplier in percent; channels are multiples of 8"},
    ImageSize,
    ImageNetClasses,
};

constexpr ZooParameter TransferParameters[] = {
    {.Name = "base",
     .Default = "mobilenet-v2",
     .Choices = "mobilenet-v2 nasnet-mobile resnet50 vgg16 xception",
     .Doc = "of keras.applications, without its head"},
    {.Name = "width",
     .Default = "50",
     .Least = 10,
     .Most = 1000,
     .Doc = "width multiplier of mobilenet-v2 in percent"},
    {.Name = "head",
     .Default = "published",
     .Doc = "features of the hidden linear layers, joined by '/'; 'none'; "
            "'published': 512 for mobilenet-v2 and nasnet-mobile, 1024/512 for "
            "resnet50, 1024 for xception, none for vgg16"},
    {.Name = "size",
     .Default = "128",
     .Least = 32,
     .Most = 65'536,
     .Doc = "height and width of the image; at least 71 for xception"},
    {.Name = "classes",
     .Default = "1",
     .Least = 1,
     .Most = 1'000'000,
     .Doc = "outputs; one ends in a sigmoid"},
};

constexpr ZooParameter Blocks = {.Name = "layers",
                                 .Default = "12",
                                 .Least = 1,
                                 .Most = 1024,
                                 .Doc = "transformer blocks"};
constexpr ZooParameter Width = {.Name = "d_model",
                                .Default = "768",
                                .Least = 1,
                                .Most = 131'072,
                                .Doc = "features of a token"};
constexpr ZooParameter Heads = {.Name = "heads",
                                .Default = "12",
                                .Least = 1,
                                .Most = 1024,
                                .Doc = "attention heads; divide d_model"};
constexpr ZooParameter Hidden = {.Name = "mlp",
                                 .Default = "3072",
                                 .Least = 1,
                                 .Most = 1'048'576,
                                 .Doc = "features between the linear layers"};
constexpr ZooParameter Dropout = {
    .Name = "dropout",
    .Default = "10",
    .Least = 0,
    .Most = 99,
    .Doc = "percent, of embeddings, attention and branches"};
constexpr ZooParameter ViTParameters[] = {
    Blocks,
    Width,
    Heads,
    Hidden,
    {.Name = "patch",
     .Default = "16",
     .Least = 1,
     .Most = 1024,
     .Doc = "height and width of a patch; divides size"},
    {.Name = "dropout",
     .Default = "0",
     .Least = 0,
     .Most = 99,
     .Doc = "percent, of embeddings, attention and branches"},
    ImageSize,
    ImageNetClasses,
};
constexpr ZooParameter BertParameters[] = {
    Blocks,
    Width,
    Heads,
    Hidden,
    {.Name = "seq",
     .Default = "128",
     .Least = 1,
     .Most = 1'048'576,
     .Doc = "tokens a sample"},
    {.Name = "vocab",
     .Default = "30522",
     .Least = 2,
     .Most = 100'000'000,
     .Doc = "rows of the word embedding"},
    {.Name = "positions",
     .Default = "512",
     .Least = 1,
     .Most = 1'048'576,
     .Doc = "rows of the position embedding"},
    Dropout,
    {.Name = "classes",
     .Default = "0",
     .Least = 0,
     .Most = 1'000'000,
     .Doc = "of a classifier after the pooler; 0: none, as published"},
};
constexpr ZooParameter GptParameters[] = {
    Blocks,
    Width,
    Heads,
    {.Name = "seq",
     .Default = "1024",
     .Least = 1,
     .Most = 1'048'576,
     .Doc = "tokens a sample"},
    {.Name = "vocab",
     .Default = "50257",
     .Least = 2,
     .Most = 100'000'000,
     .Doc = "rows of the word embedding, which is also the head"},
    {.Name = "positions",
     .Default = "1024",
     .Least = 1,
     .Most = 1'048'576,
     .Doc = "rows of the position embedding"},
    Dropout,
};

// What single layers and chains of one layer have.
constexpr ZooParameter LayerIn = {.Name = "in",
                                  .Default = "3",
                                  .Least = 1,
                                  .Most = 1'000'000,
                                  .Doc = "channels or features going in"};
constexpr ZooParameter LayerOut = {.Name = "out",
                                   .Default = "16",
                                   .Least = 1,
                                   .Most = 1'000'000,
                                   .Doc = "channels or features coming out"};
constexpr ZooParameter LayerSize = {.Name = "size",
                                    .Default = "32",
                                    .Least = 1,
                                    .Most = 65'536,
                                    .Doc = "height and width going in"};
constexpr ZooParameter LayerKernel = {.Name = "kernel",
                                      .Default = "3",
                                      .Least = 1,
                                      .Most = 65'536,
                                      .Doc = "height and width of the window"};
constexpr ZooParameter LayerStride = {.Name = "stride",
                                      .Default = "1",
                                      .Least = 1,
                                      .Most = 65'536,
                                      .Doc = "positions between windows"};
constexpr ZooParameter LayerConvParameters[] = {LayerIn, LayerOut, LayerSize,
                                                LayerKernel, LayerStride};
constexpr ZooParameter LayerLinearParameters[] = {LayerIn, LayerOut};
constexpr ZooParameter LayerPoolParameters[] = {LayerIn, LayerSize, LayerKernel,
                                                LayerStride};
constexpr ZooParameter ConvChainParameters[] = {
    Layers,
    {.Name = "channels",
     .Default = "3",
     .Least = 1,
     .Most = 65'536,
     .Doc = "of the input and of every layer"},
    LayerSize,
    LayerKernel};

constexpr ZooNetwork Table[] = {
    {"lenet",
     "LeNet-5 with 6w and 16w filters of 5x5, 120w and 84 features, max "
     "pooling, softplus",
     "LeCun et al., \"Gradient-based learning applied to document "
     "recognition\", Proc. IEEE 86(11), 1998; widths and softplus as in "
     "Cueto-Mendoza and Kelleher, \"A framework for measuring the training "
     "efficiency of a neural architecture\", table 1",
     "cross-entropy", LeNetParameters, buildLeNet},
    {"bcnn",
     "Bayesian LeNet-5: every weight and bias is drawn once a step, mean + "
     "softplus(rho) * noise",
     "Cueto-Mendoza and Kelleher, \"A framework for measuring the training "
     "efficiency of a neural architecture\", table 2; Blundell et al., "
     "\"Weight uncertainty in neural networks\", ICML 2015",
     "elbo", LeNetParameters, buildBayesianLeNet},
    {"bcnn-dropout",
     "Bayesian LeNet-5 by dropout: 0.5 after every convolution and hidden "
     "linear layer",
     "Gal and Ghahramani, \"Bayesian convolutional neural networks with "
     "Bernoulli approximate variational inference\", 2016: lenet-all",
     "cross-entropy", LeNetParameters, buildDropoutLeNet},
    {"dnn", "hidden layers of one width, one output with a sigmoid",
     "Li, Tsourdos and Guo, \"A transistor operations model for deep learning "
     "energy consumption scaling law\", table II",
     "bce", DnnParameters, buildDnn},
    {"cnn",
     "convolutions of one width, kernels 3,3,3,3,3,3,4,5,6,7, and nothing else",
     "Li, Tsourdos and Guo, \"A transistor operations model for deep learning "
     "energy consumption scaling law\", table II",
     "mse", CnnParameters, buildCnn},
    {"dense-linear",
     "linear layers whose widths fall on a straight line to the classes",
     "Yarally et al., \"Uncovering energy-efficient practices in deep learning "
     "training\", section IV.A",
     "cross-entropy", DenseParameters, buildDenseLinear},
    {"dense-poly", "linear layers, each half as wide as the one before",
     "Yarally et al., \"Uncovering energy-efficient practices in deep learning "
     "training\", section IV.A",
     "cross-entropy", DenseParameters, buildDensePoly},
    {"simple-cnn",
     "3x3 convolutions with BatchNormalization, ReLU and 2x2 max pooling, then "
     "linear layers, each half as wide as the one before",
     "Yarally et al., \"Uncovering energy-efficient practices in deep learning "
     "training\", section IV.A and table II",
     "cross-entropy", SimpleCnnParameters, buildSimpleCnn},
    {"nasbench101",
     "the cell given by matrix and ops, nine times, in three stacks",
     "Ying et al., \"NAS-Bench-101: towards reproducible neural architecture "
     "search\", ICML 2019",
     "cross-entropy", NasBenchParameters, buildNasBench101},
    {"mlp", "a multilayer perceptron", "textbooks", "cross-entropy",
     MlpParameters, buildMlp},
    {"resnet", "ResNet with its strides in the 3x3 convolutions",
     "He et al., \"Deep residual learning for image recognition\", CVPR 2016; "
     "as torchvision has it",
     "cross-entropy", ResNetParameters, buildResNet},
    {"vgg",
     "VGG; at other sizes than 224 the first linear layer has as many inputs "
     "as the last pooling leaves",
     "Simonyan and Zisserman, \"Very deep convolutional networks for "
     "large-scale image recognition\", ICLR 2015",
     "cross-entropy", VggParameters, buildVgg},
    {"mobilenet-v2", "MobileNetV2: inverted residuals, depthwise convolutions",
     "Sandler et al., \"MobileNetV2: inverted residuals and linear "
     "bottlenecks\", CVPR 2018; as torchvision has it",
     "cross-entropy", MobileNetParameters, buildMobileNetV2},
    {"transfer",
     "transfer learning: a base of keras.applications (scope /base), global "
     "average pooling, linear layers (scope /head)",
     "del Rey et al., \"Do DL models and training environments have an impact "
     "on energy consumption?\", SEAA 2023; bases by Sandler et al., Zoph et "
     "al., He et al., Simonyan and Zisserman, and Chollet",
     "bce", TransferParameters, buildTransfer},
    {"vit", "Vision Transformer; the defaults are ViT-B/16",
     "Dosovitskiy et al., \"An image is worth 16x16 words\", ICLR 2021; as "
     "torchvision has it",
     "cross-entropy", ViTParameters, buildViT},
    {"bert", "BERT's encoder and pooler; the defaults are BERT-base, uncased",
     "Devlin et al., \"BERT: pre-training of deep bidirectional transformers "
     "for language understanding\", NAACL 2019",
     "cross-entropy", BertParameters, buildBert},
    {"gpt",
     "GPT-2: the defaults are its smallest; the head shares the embedding's "
     "matrix",
     "Radford et al., \"Language models are unsupervised multitask learners\", "
     "2019",
     "cross-entropy", GptParameters, buildGpt},
    {"layer-conv", "one convolution with a bias and without padding",
     "layers as measured by characterizing-pytorch-power", "mse",
     LayerConvParameters, buildLayerConv},
    {"layer-linear", "one linear layer with a bias",
     "layers as measured by characterizing-pytorch-power", "mse",
     LayerLinearParameters, buildLayerLinear},
    {"layer-pool", "one max pooling without padding",
     "layers as measured by characterizing-pytorch-power", "mse",
     LayerPoolParameters, buildLayerPool},
    {"conv-chain",
     "convolutions of one width that keep the size, then the mean over all",
     "networks as measured by characterizing-pytorch-power", "mse",
     ConvChainParameters, buildConvChain},
};

} // namespace

ArrayRef<ZooNetwork> zooNetworks() { return Table; }

} // namespace toscount
