"""The words of refusals about passwords, keys and the system's keyring."""

from __future__ import annotations

from app.services.wording.texts import N_

# One sentence a line, whatever its length; in alphabetical order of the codes.
# ruff: noqa: E501
KEY_SENTENCES: dict[str, str] = {
    "keyring.empty": N_("The system's keyring keeps no password of «{name}» for this user. Leave --keyring out and type it."),
    "keyring.missing": N_("This system has no keyring that answers: passwords are typed each time. On Linux a service like GNOME Keyring or KWallet has to run."),
    "keyring.off": N_("Passwords are not kept on this computer. Allow it in the settings of the window, or leave --keyring out."),
    "keyring.outdated": N_("The password that the keyring kept for «{name}» opens it no more, and is forgotten. Type the present one."),
    "keyring.refused": N_("The system's keyring did not let the program in, or has no room. Unlock it, or type the password."),
    "keyring.silent": N_("The system's keyring did not answer within {seconds} seconds. Type the password."),
    "keys.check_failed": N_("The letters of group {group} are not those of the sheet. Read them again, or save the sheet anew."),
    "keys.code_format": N_("«{text}» is not a group of a recovery sheet: each has five letters or digits. Read it again."),
    "keys.code_group": N_("Group {group} of the recovery sheet has a wrong letter. Read it again."),
    "keys.code_length": N_("The recovery sheet has {expected} groups of five, and {found} were given. Type them all."),
    "keys.damaged": N_("The keys «{name}» are damaged or were changed by something else than this program. Put the keys of the last copy in their place."),
    "keys.missing": N_("«{name}» opens by keys that lie beside it, and «{keys}» is not there. Put that file back into the same folder."),
    "keys.needed": N_("«{name}» opens by a user and a password. Give them, or use --user and --password-stdin on the command line."),
    "keys.newer": N_("The keys «{name}» were written by a newer version of the program. Install that version, then open the archive again."),
    "keys.other_archive": N_("The keys «{keys}» do not belong to «{name}». Put the keys of this archive back beside it."),
    "keys.sheet_missing": N_("The recovery sheet has no place to go. Name a file with --sheet, or give --open for an archive without a password."),
    "keys.sheet_unsaved": N_("The recovery sheet is not saved yet. Save it, print it, then go on."),
    "keys.wait": N_("After wrong attempts the next one has to wait: {seconds} seconds."),
    "keys.wrong": N_("User or password is not right. Check both, and whether capitals are locked."),
    "password.differs": N_("The two passwords differ. Type the same one twice."),
    "password.short": N_("The password has fewer than {least} characters. A sentence of a few words is long and easy to remember."),
    "password.stdin_missing": N_("No password came on standard input. Write one line for each password that is asked for."),
    "password.terminal_missing": N_("A password has to be asked for, and there is no terminal. Give it by --password-stdin, or --open for an archive without one."),
}  # fmt: skip
