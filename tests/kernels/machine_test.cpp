// The emulated machine notices what would be an error, or luck, on a GPU: in small programs that
// are wrong on purpose.
// SPDX-License-Identifier: MIT
#include "kernels/emulation/machine.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "gradscape/error.hpp"
#include "kernels/device/runtime.cuh"
#include "kernels/emulation/sanitizers.hpp"
#include "tests/kernels/machine_as.hpp"

namespace gradscape::kernels::emulated_backend {
namespace {

using emulation::KernelFault;
using emulation::Machine;
using emulation::MachineAs;

__global__ void twice_kernel(int* to, const int* from, unsigned size) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < size) to[i] = 2 * from[i];
}

void launch_twice(const DeviceBuffer<int>& to, const DeviceBuffer<int>& from, Stream& stream) {
    const auto size = static_cast<unsigned>(to.size());
    GRADSCAPE_LAUNCH(twice_kernel, dim3{(size + 31) / 32}, dim3{32}, 0, stream, to.data(),
                     from.data(), size);
}

TEST(EmulatedMachine, IsOneDeviceThatDoesAllAtOnceUnlessAsked) {
    const Machine plain;
    EXPECT_EQ(plain.devices, 1);
    EXPECT_FALSE(plain.deferred);
    const Machine asked = Machine::from("reverse,devices=3,deferred,seed=7,failing-copy=2");
    EXPECT_EQ(asked.execution.order, emulation::ThreadOrder::reverse);
    EXPECT_EQ(asked.devices, 3);
    EXPECT_TRUE(asked.deferred);
    EXPECT_EQ(asked.seed, 7u);
    EXPECT_EQ(asked.failing_copy, 2u);
    for (const char* words : {"backwards", "devices", "devices=0", "devices=two", "seed=1x",
                              "deferred=1", "devices=2,,deferred"})
        EXPECT_THROW(Machine::from(words), InputError) << words;
}

TEST(EmulatedMachine, ComputesInTheOrderOfAStreamHoweverLate) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const MachineAs as({.devices = 2, .deferred = true, .seed = seed});
        use_device(1);
        Stream stream;
        const std::vector<int> values{3, 1, 4, 1, 5};
        const DeviceBuffer<int> a(5), b(5);
        HostBuffer<int> found(5);
        const Draining draining(stream);
        upload(a, values.data(), 5, stream);
        launch_twice(b, a, stream);
        launch_twice(a, b, stream);
        download_rows(found.data(), a, 5, 5, 1, stream);
        stream.synchronize();
        for (std::size_t i = 0; i < 5; ++i) ASSERT_EQ(found.data()[i], 4 * values[i]);
    }
}

TEST(EmulatedMachine, HasNoOtherDevices) {
    const MachineAs as({.devices = 2});
    EXPECT_THROW(use_device(2), KernelFault);
    EXPECT_THROW(use_device(-1), KernelFault);
    EXPECT_EQ(device_count(), 2);
}

TEST(EmulatedMachine, AStreamOfAnotherDeviceIsAnInvalidHandle) {
    for (const bool deferred : {false, true}) {
        const MachineAs as({.devices = 2, .deferred = deferred});
        Stream of_first;
        use_device(1);
        const DeviceBuffer<int> a(4), b(4);
        EXPECT_THROW(launch_twice(a, b, of_first), KernelFault);
    }
}

TEST(EmulatedMachine, MemoryOfAnotherDeviceIsAnIllegalAddress) {
    if (!sees_arguments) GTEST_SKIP() << "launches are not searched";
    for (const bool deferred : {false, true}) {
        const MachineAs as({.devices = 2, .deferred = deferred});
        const DeviceBuffer<int> elsewhere(4);
        use_device(1);
        Stream stream;
        const DeviceBuffer<int> here(4);
        EXPECT_THROW(launch_twice(here, elsewhere, stream), KernelFault);
    }
}

/// In how many of so many seeds of the delays `program` was found out.
template <class Program>
int found_in(int seeds, const Program& program) {
    int found = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        emulation::set_machine({.deferred = true, .seed = static_cast<std::uint64_t>(seed)});
        {
            Stream stream;
            program(stream);
        }
        found += !emulation::take_faults().empty();
    }
    return found;
}

TEST(EmulatedMachine, PinnedMemoryMustOutliveItsCopies) {
    const MachineAs as({});
    const DeviceBuffer<int> from(1000);
    EXPECT_GT(found_in(20,
                       [&](Stream& stream) {
                           {
                               HostBuffer<int> to(1000);
                               download_rows(to.data(), from, 1000, 1000, 1, stream);
                           }
                           stream.drain();
                       }),
              0);
    EXPECT_EQ(found_in(20,
                       [&](Stream& stream) {
                           HostBuffer<int> to(1000);
                           const Draining draining(stream);
                           download_rows(to.data(), from, 1000, 1000, 1, stream);
                       }),
              0);
}

TEST(EmulatedMachine, DeviceMemoryMustOutliveLaunchesAndCopies) {
    if (!sees_arguments) GTEST_SKIP() << "launches are not searched";
    const MachineAs as({});
    const std::vector<int> values(1000);
    EXPECT_GT(found_in(20,
                       [&](Stream& stream) {
                           {
                               const DeviceBuffer<int> to(1000), from(1000);
                               launch_twice(to, from, stream);
                           }
                           stream.drain();
                       }),
              0);
    EXPECT_GT(found_in(20,
                       [&](Stream& stream) {
                           {
                               const DeviceBuffer<int> to(1000);
                               upload(to, values.data(), 1000, stream);
                           }
                           stream.drain();
                       }),
              0);
}

TEST(EmulatedMachine, AFaultInADestructorIsThrownByTheNextCall) {
    const MachineAs as({});
    Stream stream;
    emulation::report_fault("pinned memory freed");
    EXPECT_THROW(stream.synchronize(), KernelFault);
    EXPECT_NO_THROW(stream.synchronize());
}

TEST(EmulatedMachine, AHostThatDoesNotWaitSeesTheOldValues) {
    int late = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const MachineAs as({.deferred = true, .seed = seed});
        if (emulation::thread_sanitizer) GTEST_SKIP() << "a race to the thread sanitizer";
        Stream stream;
        const DeviceBuffer<int> from(4), to(4);
        const int values[] = {1, 2, 3, 4};
        HostBuffer<int> found(4);
        const Draining draining(stream);
        upload(from, values, 4, stream);
        launch_twice(to, from, stream);
        download_rows(found.data(), to, 4, 4, 1, stream);
        late += found.data()[3] != 8;
    }
    EXPECT_GT(late, 0);
}

TEST(EmulatedMachine, AHostThatDoesNotWaitIsARaceToTheThreadSanitizer) {
    if (!emulation::thread_sanitizer) GTEST_SKIP() << "built without the thread sanitizer";
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            for (std::uint64_t seed = 1; seed <= 20; ++seed) {
                const MachineAs as({.deferred = true, .seed = seed});
                Stream stream;
                const DeviceBuffer<int> from(4);
                HostBuffer<int> found(4);
                const Draining draining(stream);
                download_rows(found.data(), from, 4, 4, 1, stream);
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                if (found.data()[3] == 8) std::exit(1);
            }
            std::exit(0);
        },
        testing::ExitedWithCode(66), "data race");
}

/// What fails later is told by the next wait, once, and what follows in the stream is not done.
TEST(EmulatedMachine, FailsWhenAskedAtOnceOrLater) {
    const int values[] = {1, 2, 3, 4};
    {
        const MachineAs as({.failing_allocation = 2, .failing_copy = 3});
        EXPECT_NO_THROW(DeviceBuffer<int>(1));
        EXPECT_THROW(HostBuffer<int>(1), OutOfDeviceMemory);
        const DeviceBuffer<int> to(4);
        Stream stream;
        upload(to, values, 4, stream);
        upload(to, values, 4, stream);
        EXPECT_THROW(upload(to, values, 4, stream), RunError);
    }
    const MachineAs as({.deferred = true, .failing_launch = 2, .failing_work = 2});
    const DeviceBuffer<int> from(4), to(4);
    Stream stream;
    const Draining draining(stream);
    upload(from, values, 4, stream);
    launch_twice(to, from, stream);  // fails later
    EXPECT_THROW(launch_twice(to, from, stream), RunError);
    EXPECT_THROW(stream.synchronize(), RunError);
    EXPECT_NO_THROW(stream.synchronize());
    EXPECT_NE(to.data()[0], 2);
}

/// A kernel's fault in a stream's own thread comes to the host.
TEST(EmulatedMachine, AnOverrunInAStreamIsFound) {
    if (emulation::address_sanitizer) GTEST_SKIP() << "which stops the program";
    const MachineAs as({.deferred = true});
    const DeviceBuffer<int> from(8), to(4);
    Stream stream;
    const Draining draining(stream);
    GRADSCAPE_LAUNCH(twice_kernel, dim3{1}, dim3{32}, 0, stream, to.data(), from.data(), 5u);
    EXPECT_THROW(stream.synchronize(), KernelFault);
}

TEST(EmulatedMachine, EachDeviceHasItsOwnMemory) {
    const MachineAs as({.devices = 2, .device_memory = 1000});
    const DeviceBuffer<char> first(900);
    EXPECT_EQ(free_device_memory(), 100u);
    EXPECT_THROW(DeviceBuffer<char>(101), OutOfDeviceMemory);
    use_device(1);
    EXPECT_EQ(free_device_memory(), 1000u);
    EXPECT_NO_THROW(DeviceBuffer<char>(900));
}

}  // namespace
}  // namespace gradscape::kernels::emulated_backend
