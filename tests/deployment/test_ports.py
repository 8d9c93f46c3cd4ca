"""A port that cannot be had is one line with the setting that moves it."""

from __future__ import annotations

import os
import socket

from jobspiders.deployment.ports import check_free


def test_a_free_port_is_fine_and_a_taken_one_names_its_holder() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listener.listen()
        said = check_free("127.0.0.1", port, "SOME_PORT")
        assert said is not None
        assert said.startswith(f"port {port} on 127.0.0.1 is taken by process {os.getpid()} (")
        assert said.endswith("): free it, or set SOME_PORT")
    assert check_free("127.0.0.1", port, "SOME_PORT") is None


def test_an_address_of_another_machine_is_said() -> None:
    said = check_free("192.0.2.1", 6800, "SCRAPYD_BIND_ADDRESS")
    assert said is not None
    assert said.startswith("nothing can listen on 192.0.2.1:6800 (")
    assert said.endswith("set SCRAPYD_BIND_ADDRESS")
