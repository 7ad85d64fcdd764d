"""The web server of a measurement, in a process of its own; prints its port and serves."""

from waitress.server import create_server

from models.session import open_database
from models.settings import Settings
from processes import training_clock
from processes.startup import settle
from web.app import create_app
from web.cli.serve import THREADS


def main() -> None:
    """Serve the installation of the environment until killed."""
    settings = Settings.from_environ()
    open_database(settings)
    training_clock.install(settings)
    server = create_server(create_app(settings), host="127.0.0.1", port=0, threads=THREADS)
    settle()
    print(server.effective_port, flush=True)
    server.run()


if __name__ == "__main__":
    main()
