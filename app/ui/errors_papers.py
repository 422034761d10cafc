"""The words of refusals about official papers: errata, what is left out, headings, texts of the office, prints."""

from __future__ import annotations

from app.services.wording.texts import N_

# One sentence a line, whatever its length; in alphabetical order of the codes.
# ruff: noqa: E501
PAPER_SENTENCES: dict[str, str] = {
    "erratum.before_minutes": N_("An erratum cannot be approved before the minutes that it mends, of {approved}. Correct the day."),
    "erratum.frozen": N_("The erratum is approved and never changes. Mend it by another one."),
    "erratum.meeting_open": N_("The meeting that approves an erratum must be closed. Close it first, or choose another one."),
    "erratum.no_line": N_("An erratum mends at least one passage. Write what the minutes say, and how it should read."),
    "erratum.not_said": N_("The minutes do not say {text:quoted}. Copy the passage as it stands in them."),
    "erratum.same": N_("The passage reads the same before and after. Write how it should read."),
    "file.unreadable": N_("«{name}» cannot be read. Look whether it is still there and whether you may open it."),
    "logo.not_a_picture": N_("«{name}» is not a picture that can be read. Choose a PNG, JPEG, GIF or TIFF file."),
    "logo.text_missing": N_("Say in a few words what the logo shows, for who cannot see it."),
    "logo.too_large": N_("«{name}» is too large: at most {most:count} megabytes and {pixels:count} pixels a side. Save it smaller."),
    "minutes.call_findings_open": N_("{count:count} declared figures of proposals of «{call}» do not agree with the records, and the rules of the call want that settled first. Correct or accept them in the room Archive, under «Findings»."),
    "minutes.figures_differ": N_("The ledger does not have what decision no. {number} ordered. Open «Verify archive» in the room Archive."),
    "minutes.findings_open": N_("{count:count} declared figures do not agree with the records, and the committee wants that settled first. Correct or accept them in the room Archive, under «Findings»."),
    "minutes.gaps": N_("The minutes cannot be approved yet:\n{gaps:lines}"),
    "omission.frozen": N_("The minutes were approved with this left out: it stays so. More can be left out."),
    "omission.in_parts": N_("The minutes have {text:quoted} only within words, or across paragraphs or cells: leaving it out would hide nothing. Write whole words, and each part as a passage of its own."),
    "omission.not_said": N_("The minutes do not say {text:quoted}. Copy the passage as it stands in them."),
    "omission.repeated": N_("Rows {earlier} and {row} leave out the same passage. Take one away."),
    "omission.short": N_("«{text}» is too short to be left out: it would go everywhere. Write the whole passage."),
    "print.append_only": N_("The history of prints only grows: what was printed stays in it."),
    "print.erased": N_("What was printed then has been erased since, on a person's request. Print it as it is now."),
    "queue.empty": N_("Nothing is chosen. Tick at least one paper."),
    "template.brace": N_("A brace is open or closed alone at character {place:count}. Write {{{{ for a brace that is to be printed."),
    "template.field_unknown": N_("«{name}» is no field of this text. Its fields are: {known:list}."),
}  # fmt: skip
