// SPDX-License-Identifier: MIT
#include "gradscape/byte_sink.hpp"

#include <cstring>

namespace gradscape {

void ByteSink::write(std::string_view bytes) {
    if (file_)
        file_->write(bytes);
    else
        memory_->append(bytes);
}

void ByteSink::reserve(std::uint64_t size) {
    if (!file_) memory_->resize(size);
}

void ByteSink::write_at(std::uint64_t offset, const void* bytes, std::size_t size) const {
    if (file_)
        file_->write_at(offset, bytes, size);
    else
        std::memcpy(memory_->data() + offset, bytes, size);
}

void ByteSink::flush() {
    if (file_) file_->flush();
}

void ByteSink::complete() {
    if (file_) file_->complete();
}

}  // namespace gradscape
