"""`calotype user`: who may come in. It works on the library itself, so it needs no password of anybody."""

import sys
from typing import Annotated

import typer

from calotype.bootstrap import Calotype
from calotype.cli.library import with_library
from calotype.cli.terminal import say, show_json
from calotype.features.accounts import Role, User

app = typer.Typer(
    no_args_is_help=True, help="Who may come in: list users, add one, set a password, make a set-up link."
)

SHORTEST_PASSWORD = 8


def _check_email(email: str) -> str:
    """Only the shape: the address is a name to sign in with, no mail is sent."""
    name, at, host = email.strip().rpartition("@")
    if not (name and at and host) or any(letter.isspace() or not letter.isprintable() for letter in email.strip()):
        raise typer.BadParameter("write it like ada@example.org")
    return email.strip()


Email = Annotated[
    str, typer.Argument(help="The e-mail address, which is the name to sign in with.", callback=_check_email)
]
PasswordInput = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


class PasswordTooShort(Exception):
    """The password would be guessed."""

    def __init__(self) -> None:
        super().__init__(f"The password is too short: take {SHORTEST_PASSWORD} characters or more.")


class NobodyToAsk(Exception):
    """The password was to be asked for, and standard input is no terminal."""

    def __init__(self) -> None:
        super().__init__("There is no terminal to ask for the password: use --password-stdin.")


@app.command("list")
def list_users(json: Json = False) -> None:
    """Show all users."""

    async def work(library: Calotype) -> list[User]:
        return await library.accounts.list_users()

    users = with_library(work)
    if json:
        show_json([{"id": user.id, "email": user.email, "name": user.name, "role": user.role} for user in users])
    elif not users:
        say("There is no user yet. `calotype user setup-link` prints the link that makes the first one.")
    for user in [] if json else users:
        say(f"{user.email}  {user.name}  ({user.role})")


@app.command("add")
def add_user(
    email: Email,
    name: Annotated[str, typer.Option(help="The name to show; default: the address.")] = "",
    role: Annotated[
        Role | None, typer.Option(help="What they may do (above); default: owner for the first user, then member.")
    ] = None,
    password_stdin: PasswordInput = False,
) -> None:
    """Add a user. Everybody has a library of their own, which no other user sees, whatever the role.

    A viewer may look at their library, and change nothing. A member may do everything with it: upload, describe, trash.
    An owner and an admin may do what a member may; no more is built yet. Users are kept with this command alone.

    Examples

      calotype user add ada@example.org --name Ada
      pass show calotype | calotype user add ada@example.org --password-stdin
    """
    password = _ask_password(from_stdin=password_stdin)

    async def work(library: Calotype) -> User:
        chosen = role or (Role.OWNER if await library.accounts.setup_needed() else Role.MEMBER)
        return await library.accounts.create_user(email, name or email, password, chosen.value)

    user = with_library(work)
    say(f"Added {user.email} ({user.role}).")


@app.command("set-password")
def set_password(email: Email, password_stdin: PasswordInput = False) -> None:
    """Set another password and sign the user out everywhere."""
    password = _ask_password(from_stdin=password_stdin)

    async def work(library: Calotype) -> None:
        await library.accounts.set_password(email, password)

    with_library(work)
    say(f"{email} has a new password, and is signed out everywhere.")


@app.command("setup-link")
def make_setup_link(json: Json = False) -> None:
    """Print a one-time link that makes the first owner of this library."""

    async def work(library: Calotype) -> tuple[str, str]:
        link = await library.accounts.make_setup_link()
        return f"{library.settings.address}/setup#token={link.token}", link.expires_at.isoformat(timespec="minutes")

    url, expires_at = with_library(work)
    if json:
        show_json({"url": url, "expires_at": expires_at})
    else:
        say(f"{url}\nOpen it in a browser while the service runs. It works once, until {expires_at}.")


def _ask_password(*, from_stdin: bool) -> str:
    if from_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif not sys.stdin.isatty():
        raise NobodyToAsk
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    return str(password)
