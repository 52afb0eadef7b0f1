# SPDX-License-Identifier: MIT
"""CuPy on a GPU: a RawKernel as one writes it by hand, a thread a cell. Fetching the fields counts,
as it does for Gradscape."""
import cupy
import harness
import numpy as np

SOURCE = r"""
extern "C" __global__ void bptt(const float* inputs, const float* targets, const float* points,
                                int size, float* loss, float* grad_wx, float* grad_wrec) {
    const int cell = blockIdx.x * blockDim.x + threadIdx.x;
    if (cell >= size * size) return;
    const float w_x = points[cell % size], w_rec = points[cell / size];
    float sum = 0, sum_x = 0, sum_rec = 0;
    for (int i = 0; i < N; ++i) {
        float states[T + 1];
        states[0] = 0;
        for (int k = 0; k < T; ++k) {
            const float a = w_rec * states[k] + w_x * inputs[i * T + k];
            states[k + 1] = F(a);
        }
        const float error = states[T] - targets[i];
        sum += error * error;
        float gradient = 2 * error;
        for (int k = T; k > 0; --k) {
            gradient *= SLOPE(states[k]);
            sum_x += gradient * inputs[i * T + k - 1];
            sum_rec += gradient * states[k - 1];
            gradient *= w_rec;
        }
    }
    loss[cell] = sum / N, grad_wx[cell] = sum_x / N, grad_wrec[cell] = sum_rec / N;
}
"""
CELLS = {"linear": ("(a)", "1.0f"), "tanh": ("tanhf(a)", "(1 - (s) * (s))")}


def bptt(size, cell):
    f, slope = CELLS[cell]
    kernel = cupy.RawKernel(SOURCE, "bptt", options=(
        f"-DN={harness.N}", f"-DT={harness.T}", f"-DF(a)={f}", f"-DSLOPE(s)={slope}"))
    inputs, targets = (cupy.asarray(a, dtype=np.float32) for a in harness.data())
    points = cupy.asarray(harness.axis(size), dtype=np.float32)
    fields = [cupy.empty((size, size), np.float32) for _ in range(3)]

    def work():
        kernel(((size * size + 127) // 128,), (128,),
               (inputs, targets, points, np.int32(size), *fields))
        return [cupy.asnumpy(field) for field in fields]
    return work


harness.versions(cupy)
for name in ("linear", "tanh"):
    harness.surface("CuPy RawKernel", name, 2048, lambda: bptt(2048, name), device="gpu")
