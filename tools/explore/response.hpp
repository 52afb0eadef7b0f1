// A reply as it is made: short ones are kept and sent whole, long ones and those in parts leave as
// chunks while they are made, so that none takes more memory than a part of it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradscape::explore {

/// The client has left, or takes nothing: nobody to tell.
struct ClientLeft {};

class Response {
public:
    virtual ~Response() = default;

    /// Whether a process of this user asked, as far as the system tells.
    virtual bool is_for_this_user() const = 0;

    int status = 200;
    std::string type = "text/plain; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> fields;

    /// Appends to the body; from one thread at a time. Throws ClientLeft.
    void write(std::string_view bytes) {
        body_ += bytes;
        if (body_.size() >= part_bytes) flush();
    }
    /// What was written so far leaves now, and status and fields with it.
    void flush() {
        if (body_.empty()) return;
        send(body_, false);
        begun_ = true;
        body_.clear();
    }
    /// The rest.
    void finish() { send(body_, true); }
    bool has_begun() const { return begun_; }
    /// Another reply instead, where nothing has left yet.
    void restart(int new_status) {
        status = new_status;
        type = "text/plain; charset=utf-8";
        fields.clear();
        body_.clear();
    }

protected:
    /// `last`: the whole body is sent after this. Before the first, the head.
    virtual void send(std::string_view body, bool last) = 0;

private:
    static constexpr std::size_t part_bytes = std::size_t{1} << 18;
    std::string body_;
    bool begun_ = false;
};

}  // namespace gradscape::explore
