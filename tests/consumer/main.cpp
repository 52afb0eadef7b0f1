// A user's program: the data set, the loss on a small grid, without more than the public headers.
// SPDX-License-Identifier: MIT
#include <gradscape/sequences.hpp>

int main() {
    const gradscape::Sequences sequences{1, 2, {1, 0}, {1}, {1}};
    return sequences.total_weight() == 1 ? 0 : 1;
}
