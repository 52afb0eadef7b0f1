// A finished frame is the picture of `surface`, whatever way it came.
// SPDX-License-Identifier: MIT
#include "gradscape/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gradscape/error.hpp"
#include "gradscape/index_image.hpp"
#include "tests/article_model.hpp"

namespace gradscape {
namespace {

constexpr std::uint8_t unpainted = 255;

/// What somebody who paints the pieces sees, row 0 = lowest w_rec.
struct Canvas {
    explicit Canvas(const Grid& grid)
        : cols(grid.cols()), rows(grid.rows()), indices(grid.cells(), unpainted) {}

    void paint(const FramePiece& piece) {
        ++pieces;
        if (piece.scale > 1) ++previews;
        std::size_t run = 0, column = 0;
        for (std::size_t cell = 0; cell < piece.cols * piece.rows; ++cell) {
            std::uint8_t index;
            if (piece.runs.empty()) {
                index = piece.indices[cell];
            } else {
                index = piece.runs[run].index;
                if (++column == piece.runs[run].end) {
                    ++run;
                    if (column == piece.cols) column = 0;
                }
            }
            for (std::size_t y = 0; y < piece.scale; ++y)
                for (std::size_t x = 0; x < piece.scale; ++x)
                    set(piece.column +
                            static_cast<std::int64_t>(cell % piece.cols * piece.scale + x),
                        piece.row + static_cast<std::int64_t>(cell / piece.cols * piece.scale + y),
                        index);
        }
    }
    void set(std::int64_t column, std::int64_t row, std::uint8_t index) {
        if (column < 0 || row < 0 || column >= static_cast<std::int64_t>(cols) ||
            row >= static_cast<std::int64_t>(rows))
            return;
        indices[static_cast<std::size_t>(row) * cols + static_cast<std::size_t>(column)] = index;
    }

    std::size_t cols, rows;
    std::vector<std::uint8_t> indices;
    int pieces = 0, previews = 0;
};

FrameJob job_of(Field field, const TrainingOptions& training = {}) {
    FrameJob job;
    job.field = field;
    job.training = training;
    job.map = ColorMap(default_color_spec(field, training.iterations));
    return job;
}

std::vector<std::uint8_t> picture_of(const LoadedModel& model, const FrameJob& job) {
    return index_image(model, FrameRenderer::plan(model, job).view, job.field, job.map);
}

class Frame : public ::testing::Test {
protected:
    Canvas render(const LoadedModel& model, const FrameJob& job) {
        Canvas canvas(job.grid);
        facts_ =
            renderer_.render(model, job, {}, [&](const FramePiece& piece) { canvas.paint(piece); });
        return canvas;
    }

    FrameRenderer renderer_{std::size_t{64} << 20, 2};
    FrameFacts facts_;
};

TEST_F(Frame, OfRunsIsThePicture) {
    const auto model = find_evaluator("cpu").load(article_model());
    for (const Field field : {Field::loss, Field::grad_wx, Field::grad_wrec, Field::grad_norm}) {
        FrameJob job = job_of(field);
        job.method = Method::rows;
        job.grid = {{-2.7, 3.1, 613}, {-1.9, 2.2, 301}};
        const Canvas canvas = render(*model, job);
        EXPECT_TRUE(canvas.indices == picture_of(*model, job)) << name_of(field);
        EXPECT_EQ(canvas.previews, 0);
        EXPECT_EQ(facts_.precision, Precision::f64);
    }
}

TEST_F(Frame, OfALatticeIsThePicture) {
    std::vector<std::shared_ptr<const LoadedModel>> models;  // which outlive the cache
    for (const Activation activation : {Activation::tanh, Activation::relu}) {
        models.push_back(find_evaluator("cpu").load({article_model().sequences, activation}));
        const LoadedModel* const model = models.back().get();
        for (const int n : {-11, -20, -33}) {
            FrameJob job = job_of(Field::loss);
            const Pitch pitch{19, n};
            const auto first = static_cast<std::int64_t>(0.7 / pitch.size());
            job.lattice = {{first, 237, pitch}, {-first - 61, 183, {23, n}}};
            job.grid = job.lattice->grid();
            const Canvas canvas = render(*model, job);
            EXPECT_TRUE(canvas.indices == picture_of(*model, job)) << n;
            EXPECT_GT(canvas.previews, 0);
            EXPECT_EQ(facts_.precision, n < -23 ? Precision::f64 : Precision::f32);
        }
    }
}

TEST_F(Frame, OfTrainingIsThePicture) {
    const auto model = find_evaluator("cpu").load(article_model());
    TrainingOptions training;
    training.iterations = 12;
    for (const Field field : {Field::train_loss, Field::train_steps}) {
        FrameJob job = job_of(field, training);
        job.lattice = {{-70, 140, {16, -10}}, {-11, 90, {16, -10}}};
        job.grid = job.lattice->grid();
        EXPECT_TRUE(render(*model, job).indices == picture_of(*model, job)) << name_of(field);
    }
}

TEST_F(Frame, OfAnyGridIsThePicture) {
    for (const char* evaluator : {"reference", "cpu", "emulated"}) {
        const auto model =
            find_evaluator(evaluator).load({article_model().sequences, Activation::sigmoid});
        FrameJob job = job_of(Field::log10_loss);
        job.grid = {{-2.7, 3.1, 41}, {-1.9, 2.2, 33}};
        EXPECT_TRUE(render(*model, job).indices == picture_of(*model, job)) << evaluator;
    }
}

TEST_F(Frame, KnowsTheExtremesOfItsCells) {
    const auto model = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    FrameJob job = job_of(Field::loss);
    job.lattice = {{-90, 181, {16, -9}}, {-40, 81, {16, -9}}};
    job.grid = job.lattice->grid();
    render(*model, job);
    double min = HUGE_VAL, max = -HUGE_VAL;
    for (std::size_t i = 0; i < job.grid.rows(); ++i)
        for (std::size_t j = 0; j < job.grid.cols(); ++j) {
            const double loss =
                model->point({job.grid.wx.at(j), job.grid.wrec.at(i)}, {Field::loss})[Field::loss];
            min = std::min(min, loss);
            max = std::max(max, loss);
        }
    EXPECT_NEAR(facts_.min, min, 1e-5);
    EXPECT_NEAR(facts_.max, max, 1e-5);
    EXPECT_EQ(facts_.non_finite, 0u);
}

TEST_F(Frame, IsKnownAfterwards) {
    const auto model = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    FrameJob job = job_of(Field::loss);
    job.lattice = {{-90, 181, {16, -9}}, {-40, 81, {16, -9}}};
    job.grid = job.lattice->grid();
    render(*model, job);
    ColorSpec other = job.map.spec();
    other.hi = 100;
    job.map = ColorMap(other);
    job.lattice->wx.first += 7;
    job.lattice->wx.size -= 7;
    job.grid = job.lattice->grid();
    const Canvas again = render(*model, job);
    EXPECT_EQ(again.previews, 0);  // nothing was left to evaluate
    EXPECT_TRUE(again.indices == picture_of(*model, job));
}

TEST_F(Frame, EndsAtAStopAndAtAnException) {
    const auto model = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    TrainingOptions training;
    training.iterations = 1'000'000'000;  // would take years
    training.learning_rate = 1e-9;
    training.optimizer = Optimizer::gd;
    FrameJob job = job_of(Field::train_loss, training);
    job.lattice = {{-90, 181, {16, -9}}, {-40, 81, {16, -9}}};
    job.grid = job.lattice->grid();
    std::stop_source stop;
    std::jthread stopper([&] { stop.request_stop(); });
    EXPECT_THROW(renderer_.render(*model, job, stop.get_token(), [](const FramePiece&) {}),
                 Interrupted);
    job.field = Field::loss;
    EXPECT_THROW(
        renderer_.render(*model, job, {}, [](const FramePiece&) { throw RunError("gone"); }),
        RunError);
}

TEST_F(Frame, TheNewestGoesFirst) {
    const auto model = find_evaluator("cpu").load({article_model().sequences, Activation::tanh});
    FrameJob older = job_of(Field::loss);
    older.lattice = {{-200, 400, {16, -10}}, {-200, 400, {16, -10}}};
    older.grid = older.lattice->grid();
    FrameJob newer = older;
    newer.lattice->wx.pitch = newer.lattice->wrec.pitch = {19, -12};
    newer.grid = newer.lattice->grid();
    // The older one is held in its first piece until the newer one has begun.
    std::mutex mutex;
    std::condition_variable changed;
    bool older_has_begun = false, newer_has_begun = false;
    std::atomic<int> of_older{0}, of_older_before_the_newer_ended{-1};
    std::jthread first([&] {
        renderer_.render(*model, older, {}, [&](const FramePiece&) {
            std::unique_lock lock(mutex);
            older_has_begun = true;
            changed.notify_all();
            changed.wait(lock, [&] { return newer_has_begun; });
            ++of_older;
        });
    });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return older_has_begun; });
    }
    renderer_.render(*model, newer, {}, [&](const FramePiece&) {
        const std::lock_guard lock(mutex);
        newer_has_begun = true;
        changed.notify_all();
        of_older_before_the_newer_ended = of_older.load();
    });
    first.join();
    // What its threads had begun, and no more.
    EXPECT_LE(of_older_before_the_newer_ended, 4);
    EXPECT_GT(of_older, 40);
}

}  // namespace
}  // namespace gradscape
