// The files of one run. It knows every path that the run reads and writes, so that no result
// replaces an input or another result; it opens all outputs before the work, so that what cannot be
// written is known then; and it gives all files their names together, at the end.
//
//     Transaction files;
//     files.read("data.csv");
//     files.write("surface.npy");
//     …
//     npy_sink(files.open("surface.npy"), …);
//     …
//     files.publish();
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "gradscape/atomic_file.hpp"

namespace gradscape {

class Transaction {
public:
    Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    /// Without publish() none of the files appears.
    ~Transaction();

    /// The run reads this file. InputError where it writes it.
    void read(const std::string& path);

    /// The run writes this file, which is opened at once. InputError where it reads or writes the
    /// same file already, whatever the path there, or where the path cannot be written to; RunError
    /// where its disk is full. Devices may be read and written, /dev/null written by all.
    /// Valid until the next call.
    AtomicFile& write(const std::string& path);

    /// Like write(), for files that the run makes beside its outputs and opens by itself.
    void reserve(const std::string& path);

    /// To be written, once; published by the transaction. What write() was not told comes to that
    /// first.
    AtomicFile open(const std::string& path);

    /// A file that publishes by itself so far is one of the run's from now on. InputError as of
    /// write().
    void adopt(AtomicFile& file);

    /// One of the outputs is standard output: what else there is to say belongs to standard error.
    bool writes_standard_output() const { return writes_standard_output_; }

    /// Calls back within publish(), before the first file gets its name: for what must be in its
    /// place by then. Where it throws, no file appears.
    void before_publishing(std::function<void()> call);

    /// Calls back after publish(), or, with false, when the files will not get their names.
    void when_published(std::function<void(bool published)> call);

    /// All files that were completed and published so far get their names, in that order. Where one
    /// cannot, RunError; those before it have theirs. Once.
    void publish();

private:
    friend class AtomicFile;
    struct Claim;

    void claim(const std::string& path, bool written);
    void take(AtomicFile file);
    void end(bool published);

    std::vector<Claim> claims_;
    std::unordered_map<std::string, std::vector<std::size_t>> claims_of_;  ///< by the file
    std::vector<AtomicFile> complete_;
    std::vector<std::function<void()>> first_calls_;
    std::vector<std::function<void(bool)>> calls_;
    bool writes_standard_output_ = false;
};

}  // namespace gradscape
