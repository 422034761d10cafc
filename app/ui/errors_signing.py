"""The words of refusals about signed files and about papers that are compared with the archive."""

from __future__ import annotations

from app.services.wording.texts import N_

# One sentence a line, whatever its length; in alphabetical order of the codes.
# ruff: noqa: E501
SIGNING_SENTENCES: dict[str, str] = {
    "key_file.unreadable": N_(
        "«{name}» could not be opened as a signing key. Type its password again, and check that it is the .p12 or .pfx file of the certificate."
    ),
    "mark.unknown": N_(
        "«{text}» is not the mark of a paper of this program. Read the square at the end of the paper again, whole."
    ),
    "package.folder_full": N_(
        "The folder «{name}» is not empty. Choose an empty or a new one, so that nothing of another package is mixed in."
    ),
    "package.nothing": N_("There is no paper to put into the package. First prepare the approved minutes for signing."),
    "paper.not_approved": N_(
        "These minutes are not approved yet, so they may still change. Approve them, then have them signed."
    ),
    "signature.another": N_(
        "«{name}» is signed, but it is not a paper of this archive. Look for the file that was made from the paper handed out here."
    ),
    "signature.append_only": N_("Papers that went out to be signed, and what came back, stay as they are."),
    "signature.broken": N_(
        "The signature of {signer} on «{name}» does not hold: the file was changed after it was signed. Ask for the file again, as it left the signing program."
    ),
    "signature.changed": N_(
        "«{name}» is «{title}», but something in it was changed before it was signed. Have the paper signed as it was handed out."
    ),
    "signature.envelope": N_(
        "«{title}» was signed in an envelope (.p7m), to which nothing can be added here. Sign the envelope again with the program that made it."
    ),
    "signature.missing": N_("Nobody signed «{name}». Choose the file that the signing program wrote, a PDF or a .p7m."),
    "signature.no_place": N_("Every place to sign on this paper is taken: nobody else is expected to sign."),
    "signature.none_yet": N_("No signed file of «{title}» has come back yet."),
    "signature.other_paper": N_(
        "«{name}» is not a signed file of «{title}». Choose the paper that it is of, or take it in without choosing one."
    ),
    "signature.present": N_("«{name}» was taken in already: it is a signed file of «{title}»."),
    "signature.twice": N_(
        "{signer} signed «{name}» twice with the same certificate. Take in the file with one signature of each person."
    ),
    "signature.unreadable": N_(
        "«{name}» is neither a PDF nor a signed envelope (.p7m) that can be read. Choose the file that the signing program wrote."
    ),
}
