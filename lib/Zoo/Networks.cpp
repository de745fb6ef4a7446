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

constexpr ZooNetwork Table[] = {
    {"lenet",
     "LeNet-5 with 6w and 16w filters of 5x5, 120w and 84 features, max "
     "pooling, softplus",
     "LeCun et al., \"Gradient-based learning applied to document "
     "recognition\", Proc. IEEE 86(11), 1998; widths and softplus as in the "
     "training-efficiency paper's experiments",
     "cross-entropy", LeNetParameters, buildLeNet},
    {"bcnn",
     "Bayesian LeNet-5: every weight and bias is drawn once a step, mean + "
     "softplus(rho) * noise",
     "the training-efficiency paper, table 2; Blundell et al., \"Weight "
     "uncertainty in neural networks\", ICML 2015",
     "elbo", LeNetParameters, buildBayesianLeNet},
    {"bcnn-dropout",
     "Bayesian LeNet-5 by dropout: 0.5 after every convolution and hidden "
     "linear layer",
     "Gal and Ghahramani, \"Bayesian convolutional neural networks with "
     "Bernoulli approximate variational inference\", 2016: lenet-all",
     "cross-entropy", LeNetParameters, buildDropoutLeNet},
    {"dnn", "hidden layers of one width, one output with a sigmoid",
     "the transistor-operations paper, table II", "bce", DnnParameters,
     buildDnn},
    {"cnn",
     "convolutions of one width, kernels 3,3,3,3,3,3,4,5,6,7, and nothing else",
     "the transistor-operations paper, table II", "mse", CnnParameters,
     buildCnn},
    {"dense-linear",
     "linear layers whose widths fall on a straight line to the classes",
     "the tuning-strategies paper, section IV.A", "cross-entropy",
     DenseParameters, buildDenseLinear},
    {"dense-poly", "linear layers, each half as wide as the one before",
     "the tuning-strategies paper, section IV.A", "cross-entropy",
     DenseParameters, buildDensePoly},
    {"simple-cnn",
     "3x3 convolutions with BatchNormalization, ReLU and 2x2 max pooling, then "
     "linear layers, each half as wide as the one before",
     "the tuning-strategies paper, section IV.A and table II", "cross-entropy",
     SimpleCnnParameters, buildSimpleCnn},
    {"nasbench101",
     "the cell given by matrix and ops, nine times, in three stacks",
     "Ying et al., \"NAS-Bench-101: towards reproducible neural architecture "
     "search\", ICML 2019",
     "cross-entropy", NasBenchParameters, buildNasBench101},
    {"mlp", "a multilayer perceptron", "textbooks", "cross-entropy",
     MlpParameters, buildMlp},
};

} // namespace

ArrayRef<ZooNetwork> zooNetworks() { return Table; }

} // namespace toscount
