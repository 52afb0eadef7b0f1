"""torch's own network as input, and torch as a witness. Skipped where there is none."""

import numpy as np
import pytest

import gradscape

torch = pytest.importorskip("torch")


def network(nonlinearity="tanh", w_x=0.7, w_rec=-0.4):
    rnn = torch.nn.RNN(1, 1, bias=False, nonlinearity=nonlinearity)
    with torch.no_grad():
        rnn.weight_ih_l0.fill_(w_x)
        rnn.weight_hh_l0.fill_(w_rec)
    return rnn


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_surface_is_autograds(data, nonlinearity):
    rnn = network(nonlinearity).double()
    s = gradscape.surface(
        data, rnn=rnn, fields=("loss", "grad-wx", "grad-wrec"), dtype="float64", size=(7, 5)
    )
    assert s.model.cell == nonlinearity
    x = torch.tensor(np.array(data.x)).T.unsqueeze(-1)
    y = torch.tensor(np.array(data.y))
    for i, w_rec in enumerate(s.w_rec):
        for j, w_x in enumerate(s.w_x):
            with torch.no_grad():
                rnn.weight_ih_l0.fill_(w_x)
                rnn.weight_hh_l0.fill_(w_rec)
            rnn.zero_grad()
            loss = ((rnn(x)[0][-1, :, 0] - y) ** 2).mean()
            loss.backward()
            for ours, theirs in (
                (s.loss, loss.item()),
                (s.grad_wx, rnn.weight_ih_l0.grad.item()),
                (s.grad_wrec, rnn.weight_hh_l0.grad.item()),
            ):
                assert abs(ours[i, j] - theirs) <= 1e-13 * max(1, abs(theirs))


def test_its_weights_are_marked_and_trained_from(data):
    rnn = network()
    w = tuple(float(np.float32(v)) for v in (0.7, -0.4))
    s = gradscape.surface(data, rnn=rnn, size=8)
    assert s.model.point == w
    plain = gradscape.surface(data, cell="tanh", size=8)
    assert s.figure() == plain.figure(mark=[w]) != plain.figure()
    run = gradscape.train(data, rnn=rnn, iterations=5)
    assert run.start == w and run.path["w_x"][0] == w[0]
    assert rnn.weight_ih_l0.item() == w[0]


def test_irprop_minus_is_torchs_rprop(data):
    rnn = network(w_x=-1.5, w_rec=2).double()
    run = gradscape.train(data, rnn=rnn, optimizer="irprop-minus", iterations=80, delta0=0.01)
    x = torch.tensor(np.array(data.x)).T.unsqueeze(-1)
    y = torch.tensor(np.array(data.y))
    rprop = torch.optim.Rprop(rnn.parameters(), lr=0.01, etas=(0.5, 1.2), step_sizes=(1e-6, 50))
    for iterate in run.path[:-1]:
        assert rnn.weight_ih_l0.item() == pytest.approx(iterate["w_x"], rel=1e-12)
        assert rnn.weight_hh_l0.item() == pytest.approx(iterate["w_rec"], rel=1e-12)
        rprop.zero_grad()
        ((rnn(x)[0][-1, :, 0] - y) ** 2).mean().backward()
        rprop.step()


def test_other_networks_are_refused_in_one_line(data):
    for rnn in (
        torch.nn.RNN(2, 1, bias=False),
        torch.nn.RNN(1, 3, bias=False),
        torch.nn.RNN(1, 1),
        torch.nn.RNN(1, 1, bias=False, num_layers=2),
        torch.nn.RNN(1, 1, bias=False, bidirectional=True),
        torch.nn.LSTM(1, 1, bias=False),
    ):
        with pytest.raises(ValueError, match=r"torch.nn.RNN\(1, 1, bias=False\) is wanted") as error:
            gradscape.surface(data, rnn=rnn)
        assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="cell relu: the rnn's is tanh"):
        gradscape.surface(data, rnn=network(), cell="relu")


def test_tensors_are_arrays(data):
    x = torch.tensor(np.array(data.x), requires_grad=True)
    s = gradscape.surface(x, torch.tensor(np.array(data.y)), size=9)
    np.testing.assert_array_equal(s.loss, gradscape.surface(data, size=9).loss)
