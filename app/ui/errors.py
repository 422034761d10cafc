"""The words of every refusal: one sentence for each error code, in the user's words, with the way out.

A sentence names the error's values in braces. What stands after a colon says how a value is written:
`{amount:euro}` cents as «1.234,56 €», `{text:quoted}` in guillemets, `{names:list}` joined by commas,
`{errors:lines}` one a line, `{n:count}` «1.234»; without it a date is «31/03/2014», a state its label, and anything else as it is.

Used by the window and by the command line alike, so nothing here knows of Qt.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.models.errors import AppError
from app.models.money import format_euro
from app.services.formats import format_count, format_date, format_instant
from app.services.labels import label
from app.services.texts import N_, Translator

# One entry a line, in alphabetical order of the codes.
SENTENCES: dict[str, str] = {
    "account.fixed": N_("The account already has movements, so its place in the tree cannot change. Reverse the movements first."),
    "account.in_use": N_("The account has movements and cannot be removed. Reverse the movements first."),
    "account.over_ceiling": N_("The amount goes past the ceiling of the account. Lower it, or raise the ceiling by a decision first."),
    "account.too_little": N_("There is not enough money on the account. Lower the amount, or move money to the account by a decision first."),
    "act.duplicate": N_("The act n. {number} of this kind and day is already in the list. Open that one, or check number and date."),
    "action.objective_unknown": N_("There is no objective n. {number}. Add it among the objectives, or correct the numbers of the action."),
    "agenda_item.has_decision": N_("The point «{title}» has a decision and cannot be taken off the agenda. Remove the decision first."),
    "agenda_item.outside_hours": N_("The vote on «{title}» at {time} lies outside the hours of the meeting. Correct the hour of the vote or those of the meeting."),
    "agenda_item.time_missing": N_("The hour of the vote on «{title}» is missing. It says who was there to decide: fill it in."),
    "agreement.signature_repeated": N_("Row {row} has the same signatory as row {earlier}. Remove one of the two."),
    "alliance.number_taken": N_("Number {number} belongs already to «{name}». Choose another number."),
    "alliance.partner_repeated": N_("Row {row} has the same partner as row {earlier}. Remove one of the two."),
    "allocation.by_hand_differs": N_("The amounts sum to {found:euro}, and {total:euro} are to be shared: the difference is {difference:euro}. Correct the amounts."),
    "allocation.equal_share_range": N_("The share in equal parts must lie between 0 and 100 %, and {found} was given. Correct it."),
    "allocation.no_parts": N_("There is nobody to share among. Add at least one part."),
    "allocation.part_repeated": N_("«{part}» is listed twice. Remove one of the two."),
    "allocation.tie_incomplete": N_("The order of ties must name each part once: {parts:list}. Correct it."),
    "allocation.total_not_positive": N_("The total to be shared must be above zero. Correct it."),
    "allocation.weight_missing": N_("This rule needs a weight, request or amount for each part. Fill in those that are missing."),
    "allocation.weight_range": N_("The weight of «{part}» is below zero or too large. Correct it."),
    "allocation.weights_zero": N_("All weights are zero, so nothing can be shared by them. Give a weight to at least one part."),
    "amount.decimal_point": N_("«{text}» uses a point for the cents. Write the cents after a comma: 1.234,56."),
    "amount.decimal_text": N_("«{text}» is not an amount. Write it with a point and two decimals: 1234.56."),
    "amount.decimals": N_("«{text}» has not exactly two decimals. Write the cents with two digits: 12,50."),
    "amount.empty": N_("The amount is missing. Write it as 1.234,56."),
    "amount.not_a_number": N_("«{text}» is not an amount. Write only digits, with a comma before the cents: 1.234,56."),
    "amount.not_positive": N_("The amount must be above zero. Correct it."),
    "amount.separators_mixed": N_("«{text}» mixes points and commas. Points stand every three digits, one comma before the cents: 1.234,56."),
    "amount.too_large": N_("«{text}» is larger than any amount the program accepts. Check the digits."),
    "archive.busy": N_("«{name}» is being written right now. Wait a moment, then try again."),
    "archive.damaged": N_("«{name}» is damaged and was not touched. Open the last copy of it."),
    "archive.encrypted": N_("«{name}» has a password already. Whoever keeps it adds users under «People and keys»."),
    "archive.exists": N_("«{name}» exists already, and archives are never overwritten. Choose another name."),
    "archive.folder_missing": N_("The folder «{name}» does not exist. Create it, or choose another place."),
    "archive.locked": N_("«{name}» is open in another window, by {user} on {machine}. Close it there, then try again."),
    "archive.missing": N_("There is no archive «{name}». Check the name and the folder."),
    "archive.newer": N_("«{name}» was written by a newer version of the program. Install that version, then open it again."),
    "archive.not_an_archive": N_("«{name}» is not an archive of this program, whatever its name says. Choose a file with the suffix .concilia."),
    "archive.older_read_only": N_("«{name}» was written by an older version and has to be brought up to date first. Open it once for writing."),
    "archive.opened_for_reading": N_("«{name}» is open for reading only. Close it in the other window, then open it again here."),
    "archive.plain": N_("«{name}» has no password, so it has no users either. Set a password first, under «People and keys»."),
    "archive.read_only": N_("«{name}» cannot be written: the file or its folder is read-only. Copy it to a folder of your own and open the copy."),
    "archive.same_file": N_("«{name}» is the archive that is open. Choose another name for the copy."),
    "archive.upgrade_failed": N_("«{name}» could not be brought up to date and is as it was before; its copy is «{copy}». Send the copy to whoever looks after the program."),
    "area.number_taken": N_("Area {area} is already «{title}». Choose another number or level."),
    "area.too_little": N_("Area {area} has {available:euro} left, and {needed:euro} are to go to «{title}»: {missing:euro} are missing. Lower the amount, or assign more money to the area first."),
    "attendance.absent_with_times": N_("Who is absent has no hours of arrival and departure. Clear the hours, or mark the member as present."),
    "attendance.member_repeated": N_("Row {row} has the same member as row {earlier}. Remove one of the two."),
    "attendance.out_before_in": N_("The member left at {left}, and came at {came}. Correct one of the two hours."),
    "attendance.outside_hours": N_("The hour {time} of {name} lies outside those of the meeting. Correct it, or the hours of the meeting."),
    "award.not_suitable": N_("«{title}» is in the state «{present}» and cannot be given money. Its suitability must be decided first, by an outcome in this decision or in an earlier one."),
    "bin.in_the_way": N_("«{name}» cannot come back as it was: its name or number was given to another record since, or what it belonged to is gone. Put that right first, then restore it."),
    "budget.category_section": N_("The call does not allow this category in this section: the work of volunteers, for example, is not a cost to be funded. Put the row in the other section, or choose another category."),
    "budget.category_unknown": N_("«{text}» is not a category of cost of the call. Choose one of the call's categories, or add it to the rules of the call first."),
    "committee.quorum_fixed": N_("The rule of the quorum stays, because meetings of this committee were closed under it. For another rule add a new committee."),
    "conflict.member_repeated": N_("Row {row} has the same member as row {earlier}. Remove one of the two."),
    "count.not_a_number": N_("«{text}» is not a whole number. Write only digits."),
    "count.too_large": N_("«{text}» is too large. Check the digits."),
    "date.does_not_exist": N_("The day {text} does not exist in the calendar. Check day, month and year."),
    "date.end_before_start": N_("The period ends on {end}, before it starts on {start}. Correct one of the two dates."),
    "date.format": N_("«{text}» is not a date. Write day, month and year: 31/03/2014."),
    "date.year_short": N_("The year of «{text}» needs four digits: 31/03/2014."),
    "decision.amounts_changed": N_("What «{subject}» gives to areas and projects is no longer what stood there when it was saved: the records changed since. Open the decision, press «Recompute», compare amounts and text, then close the meeting."),
    "decision.amounts_missing": N_("The decision gives no money. Add at least one row with an amount, or choose another kind of decision."),
    "decision.area_repeated": N_("Area {area} is listed twice. Keep one row with the whole amount."),
    "decision.granted_without_amount": N_("«{title}» would be funded without an amount. Add the amount in a decision of the kind «award», or choose another outcome."),
    "decision.meeting_not_closed": N_("The decision takes effect when its meeting is closed. Close the meeting first, in the room Meetings."),
    "decision.no_vote": N_("There is a decision on «{title}», but no vote. Record the votes, or remove the decision."),
    "decision.not_carried": N_("«{title}» got {favour} votes in favour and {against} against, so nothing was decided. Remove the decision, or correct the votes."),
    "decision.not_effective": N_("Money moves only by a decision that has effect. Choose a decision of a closed meeting."),
    "decision.outcome_refused": N_("«{title}» is in the state «{present}»: no decision leads from there to «{wanted}». Bring the proposal forward in its own room first, or choose another outcome."),
    "decision.outcomes_missing": N_("The decision gives no outcome. Add at least one proposal with its outcome."),
    "decision.pending": N_("The decision has no effect yet: its meeting is not closed. Choose a decision of a closed meeting."),
    "decision.point_taken": N_("The point «{title}» has a decision already. Open that one, or add a point to the agenda."),
    "decision.proposal_repeated": N_("«{title}» is listed twice. Keep one row."),
    "declaration.number": N_("«{text}» is not a number with a decimal point, such as 3.86. Correct it."),
    "disk.failed": N_("The disk that holds «{name}» reports an error. Check the drive or the network connection, then try again."),
    "disk.full": N_("The disk is full, and «{name}» was not written. Free some space, or choose another place."),
    "district.number_taken": N_("Number {number} belongs already to the district «{name}». Choose another number."),
    "district.repeated": N_("Row {row} has the same district as row {earlier}. Remove one of the two."),
    "document.damaged": N_("The document «{name}» in the archive is not the one that came in. Open the last copy of the archive, and attach it again."),
    "document.empty": N_("«{name}» has no content: 0 bytes. Save the document again where it comes from, then attach it."),
    "document.fixed": N_("A document that came in is never changed. Remove it and attach the other one."),
    "document.kind_refused": N_("«{name}» is no document of a kind that is kept here: its content says so, whatever its name. PDF, signed files (P7M), office documents without macros, pictures, messages, plain text and ZIP are taken."),
    "document.missing": N_("There is no file «{name}» any more. Look for it where it was moved to."),
    "document.not_a_file": N_("«{name}» is a folder, not a document. Attach the documents in it one by one."),
    "document.present": N_("«{name}» is attached already, as «{present}»: the content is the same."),
    "document.too_large": N_("«{name}» has {size}, and at most {limit} are taken. Save it smaller (scanned at 200 dpi, in black and white), or raise the limit in the settings."),
    "document.unreadable": N_("«{name}» could not be read. Close it in other programs and check that you may open it."),
    "earlier_call.counts": N_("The counts do not fit: {received:count} received, {admitted:count} admitted, {funded:count} funded. No more can be admitted than were received, nor funded than were admitted."),
    "export.code_unknown": N_("There is no table or document «{wanted}». These are there: {known}."),
    "export.form_is_workbook": N_("The form «{wanted}» is a workbook to be filled. Give the file a name that ends in .xlsx."),
    "export.format_unknown": N_("«{format}» is not a form that can be written. Choose pdf, xlsx, csv or json, by --format or by the suffix of the file."),
    "export.item_missing": N_("«{wanted}» is about one record. Name it with --item; the command «tables» lists the keys."),
    "export.item_not_wanted": N_("«{wanted}» is about the whole archive. Leave --item out."),
    "export.no_table": N_("«{title}» has no table, so it cannot become a sheet, CSV or JSON. Export it as PDF."),
    "export.over_archive": N_("«{name}» is an archive, and a document is never written over one. Choose another name for the document."),
    "export.text_too_long": N_("In «{table}» a text is longer than a cell of a spreadsheet can hold: «{text}…». Shorten it, or export as CSV or PDF."),
    "export.too_many_rows": N_("«{table}» has more rows than a sheet can hold. Filter it, or export as CSV."),
    "field.required": N_("This field is needed. Fill it in, then save again."),
    "file.in_use": N_("«{name}» is open in another program. Close it there, or choose another name."),
    "file.not_written": N_("«{name}» could not be written: {reason}. Choose another place or another name."),
    "finding.not_found": N_("The quadrature is not there any more: the two values agree by now, or are other ones. Look at the list again."),
    "indicator.result_unknown": N_("There is no expected result n. {number}. Add it among the results, or correct the number of the indicator."),
    "journal.append_only": N_("The history is never changed. Correct the record instead: the correction is added to the history."),
    "keys.check_failed": N_("The letters of group {group} are not those of the sheet. Read them again, or save the sheet anew."),
    "keys.code_format": N_("«{text}» is not a group of a recovery sheet: each has five letters or digits. Read it again."),
    "keys.code_group": N_("Group {group} of the recovery sheet has a wrong letter. Read it again."),
    "keys.code_length": N_("The recovery sheet has {expected} groups of five, and {found} were given. Type them all."),
    "keys.damaged": N_("The keys «{name}» are damaged or were changed by something else than this program. Put the keys of the last copy in their place."),
    "keys.missing": N_("«{name}» opens by keys that lie beside it, and «{keys}» is not there. Put that file back into the same folder."),
    "keys.needed": N_("«{name}» opens by a user and a password. Give them, or use --user and --password-stdin on the command line."),
    "keys.newer": N_("The keys «{name}» were written by a newer version of the program. Install that version, then open the archive again."),
    "keys.other_archive": N_("The keys «{keys}» do not belong to «{name}». Put the keys of this archive back beside it."),
    "keys.wait": N_("After wrong attempts the next one has to wait: {seconds} seconds."),
    "keys.wrong": N_("User or password is not right. Check both, and whether capitals are locked."),
    "language.unknown": N_("«{text}» is not a language of the program. Choose it, en, or both with a comma between."),
    "ledger.append_only": N_("Movements of money are never changed or removed. Reverse the movement, then enter the right one."),
    "mail.format": N_("«{text}» is no mail address: there must be one @ with a name before it and a domain after it. Correct it."),
    "meeting.attendance_missing": N_("The attendance of {name} is missing. Mark every member as present or absent, then close the meeting."),
    "meeting.closed": N_("The meeting is closed, and what it recorded and decided stays as it is. Put right in a later meeting what has to change."),
    "meeting.closes_before_opening": N_("The meeting closes at {closed}, before it opens at {opened}. Correct one of the two hours."),
    "meeting.not_convened": N_("The meeting was opened already and cannot be removed. Close it; without decisions it moves no money."),
    "meeting.not_last": N_("Meeting n. {number} is not the last of its year (n. {last} is), and taking it out would leave a gap in the numbers. Start from the last one."),
    "meeting.not_open": N_("The meeting is not open. Open it first, in the room Meetings."),
    "meeting.number_gap": N_("The next number of the year is {expected}. Leave the number empty, or write that one."),
    "member.office_taken": N_("The committee has a member with this office already ({role}). Choose another office, or change the other member's."),
    "member.other_committee": N_("Somebody named in this meeting does not belong to its committee. Choose members of the committee, or change the committee."),
    "member.repeated": N_("Row {row} has the same name and office as row {earlier}. Remove one of the two."),
    "member.role_fixed": N_("{name} took part in closed meetings with the present office, which therefore stays. Add the person anew with the new office."),
    "merge.same": N_("Both are the same record. Choose two that differ."),
    "minutes.archive_broken": N_("The archive does not hold together ({codes:list}), so nothing is frozen now. Open «Verify archive» in the room Archive to see what is wrong."),
    "minutes.before_meeting": N_("The minutes cannot be approved before the meeting of {held}. Correct the day."),
    "minutes.frozen": N_("The minutes are approved and never change. Correct them by an erratum."),
    "month.backwards": N_("The action ends in month {last}, before it starts in month {first}. Correct one of the two."),
    "month.out_of_range": N_("Months are counted from the start of the project, from 1 to {highest}. Correct the number."),
    "municipality.name_taken": N_("«{name}» is already among the municipalities, elsewhere. Open it in the list of municipalities and choose its district there."),
    "municipality.repeated": N_("Row {row} has the same municipality as row {earlier}. Remove one of the two."),
    "number.negative": N_("The value cannot be below zero. Correct it."),
    "number.not_positive": N_("The number must be 1 or more. Correct it."),
    "number.too_large": N_("The value is larger than any that the program accepts. Check the digits."),
    "objective.number_repeated": N_("Row {row} has the same number of objective as row {earlier}. Change one of the two."),
    "objectives.backwards": N_("«{text}» goes backwards. Write the smaller number first: 5-7."),
    "objectives.format": N_("«{text}» is not a list of objectives. Write numbers and ranges separated by commas: 2, 5-7."),
    "objectives.out_of_range": N_("«{text}» is out of range: objectives go from 1 to {highest}. Correct the number."),
    "objectives.repeated": N_("Objective n. {number} is written twice. Write it once."),
    "organisation.alias_repeated": N_("Row {row} has the same spelling as row {earlier}. Remove one of the two."),
    "organisation.alias_taken": N_("«{text}» already stands for «{name}». If it is the same body, open that one; if not, write the name in full."),
    "organisation.legal_seat_repeated": N_("Row {row} is a second legal seat beside row {earlier}. A body has one: make the other an operating seat."),
    "organisation.name_taken": N_("«{name}» is already in the registry. Open that one, or write a name that tells the two apart."),
    "password.differs": N_("The two passwords differ. Type the same one twice."),
    "password.short": N_("The password has fewer than {least} characters. A sentence of a few words is long and easy to remember."),
    "password.stdin_missing": N_("No password came on standard input. Write one line for each password that is asked for."),
    "password.terminal_missing": N_("A password has to be asked for, and there is no terminal. Give it by --password-stdin, or --open for an archive without one."),
    "paste.cell": N_("Row {row} of what was pasted, column {column}: {reason} Nothing was pasted."),
    "paste.empty": N_("There is no table to paste. Copy the cells in the spreadsheet, then paste again."),
    "paste.too_wide": N_("What was pasted has {found} columns, and only {room} fit from here. Copy fewer columns, or start from the first one."),
    "percent.format": N_("«{text}» is not a percentage. Write it as 3,86 %."),
    "percent.over_hundred": N_("«{text}» is more than 100 %. Correct it."),
    "place.is_folder": N_("«{name}» is a folder. Add the name of the file to be written."),
    "place.missing": N_("The folder for «{name}» does not exist. Create it, or choose another place."),
    "place.no_folder": N_("«{name}» is there already and is not a folder. Choose another name."),
    "place.read_only": N_("«{name}» cannot be written: the place is read-only or belongs to somebody else. Choose another place."),
    "plan.exists": N_("This archive already holds the plan «{name}». Make a new archive for another plan."),
    "plan.missing": N_("The archive has no plan yet. Fill in the plan first, in the room Plan."),
    "proposal.judged": N_("The proposal is already at «{state}»: its call, alliance and priority area do not change any more. Put back the value that was there."),
    "proposal.needs_decision": N_("«{title}» becomes «{state}» only by a decision of the committee. Put it on the agenda of a meeting."),
    "proposal.no_area": N_("«{title}» has no priority area. Choose it in the proposal."),
    "proposal.no_costs": N_("The economic plan of «{title}» asks for nothing. Write its costs before it is submitted."),
    "proposal.not_draft": N_("«{title}» is no draft any more ({state}): what was submitted stays on record. Only a draft can be removed."),
    "proposal.number_taken": N_("Number {number} belongs already to «{title}». Choose another number."),
    "proposal.protocol_taken": N_("Protocol {protocol} is that of proposal n. {number}, «{title}». Open that one, or check the number."),
    "quorum.missing": N_("At {time}, when «{title}» was voted, {present} voting members were there, and {needed} are needed. Correct attendance and hours, or remove the vote."),
    "reason.missing": N_("The reason is missing. It stays in the history: write why."),
    "record.changed": N_("This record was changed while its form was open, and what you typed was not saved. Copy what you still need, reload, and enter it again."),
    "record.gone": N_("This record, or one that it names, is not there any more. Reload and look again."),
    "record.in_use": N_("«{name}» cannot be removed: it is used by {users:list}. Take it out there first."),
    "reference.unknown": N_("«{text}» is not in the list. Choose one of the proposed entries, or add it in its own room first."),
    "result.number_repeated": N_("Row {row} has the same number of result as row {earlier}. Change one of the two."),
    "right.missing": N_("{user}, as {role}, cannot do this. It takes one of these roles: {needed:list}. Ask one of them, or the keeper for another role."),
    "right.same_person": N_("{name} entered this, and somebody else has to confirm it. Ask another user with the right to do so."),
    "rules.cap_limit": N_("A cap is a share or an amount, one of the two. Fill in one and leave the other empty."),
    "rules.category_unknown": N_("«{text}» is not among the categories of cost of these rules. Write its name or its code as in the list of the categories."),
    "rules.closed": N_("Version {version} of the rules is closed: proposals received under it: {received}. Make a new version, with the decision that changes the rules."),
    "rules.closed_version": N_("Proposals were received under this version of the rules, so it cannot change. Make a new version, with the decision that changes the rules."),
    "rules.code_repeated": N_("Row {row} has the same code as row {earlier}. Give it another one, or leave it empty."),
    "rules.max_below_min": N_("The upper limit lies below the lower one. Correct one of the two."),
    "rules.no_category": N_("A call needs at least one category of cost. Add one."),
    "rules.no_section": N_("The category must be allowed in at least one of the two sections. Mark one."),
    "rules.not_newest": N_("Only the newest version of the rules can be removed, and version {version} is an earlier one."),
    "rules.only_version": N_("A call keeps at least one version of its rules. Remove the whole call instead, while nobody answered it."),
    "rules.other_call": N_("The rules belong to another call. Choose the call of the proposal again."),
    "rules.row_repeated": N_("Row {row} says the same as row {earlier}. Remove one of the two."),
    "rules.still_open": N_("Nothing was received under version {version} of the rules yet, so it can be changed as it is. Open it and change it."),
    "rules.tranches_sum": N_("The tranches sum to {found}; together they must be 100 % of the grant. Correct them."),
    "source.already_received": N_("The money of «{name}» was received already. Look at it among the movements, in the room Resources."),
    "source.amount_received": N_("{amount:euro} of this source have already come in: its amount does not change. Take the receipt back first."),
    "source.no_act": N_("«{name}» has no act that grants it. Add the act to the source first."),
    "source.not_due": N_("«{name}» is not due yet: {condition}. Mark the source as due when the condition is met."),
    "source.position_taken": N_("Position {number} belongs already to «{name}». Choose another number."),
    "sources.too_little": N_("The sources that may be used have {available:euro} left, and {needed:euro} are needed: {missing:euro} are missing. Lower the amount, or record the receipt of a source in the room Resources."),
    "split.not_funded": N_("«{title}» is not a funded project of an area that takes part. Take it out of the list."),
    "split.tie_unknown": N_("The order of ties names somebody who does not take part. Take that name out."),
    "state.move_refused": N_("From «{present}» one cannot pass to «{wanted}». Take the steps between first."),
    "template.unknown": N_("There is no template «{code}». Choose one of the list."),
    "text.character_missing": N_("The character «{character}» cannot be printed. Replace it where it stands: «{place}»."),
    "theme.unknown": N_("«{text}» is not a theme. Choose light, dark, or both with a comma between."),
    "tie.other_parts": N_("«{text}» does not name the same parts as the weights, each once. Correct --tie."),
    "time.format": N_("«{text}» is not a time. Write hours and minutes, from 00:00 to 23:59."),
    "transfer.already_reversed": N_("This movement was reversed already. Look at its reversal among the movements."),
    "transfer.is_reversal": N_("A reversal cannot be reversed. Enter the movement again instead."),
    "transfer.no_reservation": N_("There is no reservation to which this movement belongs. Reserve the sum first."),
    "transfer.only_funding_from_outside": N_("Money enters the plan only by the receipt of a source. Use the act «Receive» of the source."),
    "transfer.only_reservations_hold": N_("Reserved sums are touched only by reservations, settlements and releases. Choose one of these."),
    "transfer.over_reservation": N_("The amount is more than what is left of the reservation. Lower it, or reserve more first."),
    "transfer.reversal_differs": N_("A reversal takes back the whole movement between the same accounts. Reverse it whole, then enter the right one."),
    "undo.changed_since": N_("Something changed after this gesture, so it can no longer be taken back. Correct the record instead."),
    "undo.not_possible": N_("This gesture cannot be taken back. Correct the record, or reverse the movement."),
    "user.disabled": N_("This user is suspended. Ask the keeper of the archive."),
    "user.last_keeper": N_("{name} is the only keeper of the archive. Make somebody else a keeper first."),
    "user.login_taken": N_("The user name «{login}» is taken. Choose another one."),
    "user.not_oneself": N_("Nobody removes or suspends the user that they opened the archive with. Ask another keeper."),
    "user.unknown": N_("There is no user «{login}» in this archive. The command «users» lists them."),
    "version.closed": N_("This version is closed: what was handed in stays as it is. Open a new version («New version…») and say why it changes."),
    "version.none_open": N_("No version of «{title}» is open. There is nothing to close."),
    "version.open_already": N_("A version of «{title}» is open already: «{reason}». Close it first."),
    "version.proposal_over": N_("«{title}» is «{state}»: its papers stay as they are, and no new version is opened."),
    "version.still_draft": N_("«{title}» is a draft and can be changed as it is. It gets its first version when it is submitted."),
    "version.still_open": N_("A version of «{title}» is open. Close it («Close the version») before it becomes «{state}»."),
    "vote.in_conflict": N_("Who declared a conflict on this point does not vote on it. Remove the vote, or the declaration."),
    "vote.member_repeated": N_("Row {row} has the same member as row {earlier}. Remove one of the two."),
    "vote.missing": N_("On «{title}» the votes of these are missing: {names:list}. They were there at {time}: record their votes, or correct attendance and hours."),
    "vote.not_entitled": N_("On «{title}» these could not vote at {time}: {names:list}. They were away, or do not vote by their office. Remove their votes, or correct attendance and hours."),
    "weights.all_zero": N_("All weights are zero, so nothing can be shared. Give at least one weight above zero."),
    "weights.format": N_("«{text}» is not a part with its weight. Write them as a=1,b=2.5."),
    "weights.repeated": N_("The part «{key}» is named twice. Name each part once."),
    "window.no_display": N_("There is no display here to open a window on. Use a command instead: concilia --help lists them."),
    "workbook.bomb": N_("«{name}»: the part «{part}» unpacks to far more than it should. The file is not what it seems; ask the sender for another one."),
    "workbook.call_needed": N_("The archive has several calls. Write here the one that the proposal answers: {calls:list}."),
    "workbook.cell": N_("Sheet «{sheet}», cell {cell}: {reason}"),
    "workbook.choice": N_("«{text}» cannot be chosen here. Write one of: {choices:list}."),
    "workbook.code_differs": N_("The registry has another code for «{name}»: {known}, not {text}. Correct the cell, or the record in the registry."),
    "workbook.damaged": N_("«{name}» is damaged, or is not a complete workbook. Open it in a spreadsheet program, save it again as .xlsx, then try once more."),
    "workbook.doctype": N_("«{name}»: the part «{part}» declares a document type, which no spreadsheet program writes. Ask the sender for a file saved by one."),
    "workbook.encoding": N_("«{name}»: the part «{part}» is not written in UTF-8. Open the file in a spreadsheet program, save it again as .xlsx, then try once more."),
    "workbook.encrypted": N_("«{name}» is protected by a password, or is in the old format of spreadsheets. Save it without a password as .xlsx, then try again."),
    "workbook.error_values": N_("«{name}» has cells with an error instead of a value ({count:count}): {cells:list}. Write the values, then try again."),
    "workbook.external_links": N_("«{name}» takes data from other files or from the network («{part}»). Save it with values only, then try again."),
    "workbook.flag": N_("«{text}» is neither yes nor no. Write yes or no."),
    "workbook.form_version": N_("«{name}» is filled in on version {found} of the form; the present one is {known}. Copy the values into a new blank form."),
    "workbook.formulas": N_("«{name}» has formulas ({count:count}): {cells:list}. Replace them with their values, then try again."),
    "workbook.heading": N_("The heading should be «{expected}», and here is «{text}». Rows and columns of the form stay where they are: copy the values into a new blank form."),
    "workbook.indicator_needed": N_("This row has no indicator. Write it, or clear the row."),
    "workbook.kind_needed": N_("«{name}» is not in the registry yet. Choose which kind of organisation it is."),
    "workbook.lead_differs": N_("In the archive the lead of «{alliance}» is «{lead}», not «{text}». Correct the cell, or the alliance in its own room first."),
    "workbook.macros": N_("«{name}» carries macros, programs or embedded objects («{part}»). Save it as .xlsx without them, then try again."),
    "workbook.missing": N_("The file «{name}» is not there. Check its name and folder."),
    "workbook.no_call": N_("The archive has no call yet. Add the call that the proposal answers, then import again."),
    "workbook.not_a_workbook": N_("«{name}» is not a workbook in the .xlsx format. Choose a form that was filled in and saved as .xlsx."),
    "workbook.number_too_large": N_("«{name}» has numbers beyond any form ({count:count}): {cells:list}. Check the digits; a larger amount can be written as a text."),
    "workbook.odd_path": N_("«{name}» has a part with a name that no spreadsheet program gives: «{part}». Ask the sender for a file saved by one."),
    "workbook.organisation_near": N_("«{text}» is almost «{name}», which is in the registry. If they are the same write it as there; otherwise add it to the registry first."),
    "workbook.outside": N_("«{text}» stands outside the form and would be lost. Move it into a field, or clear the cell."),
    "workbook.partner_differs": N_("«{text}» is not a partner of «{alliance}» in the archive. Correct the name, or add the partner to the alliance first."),
    "workbook.percent_unclear": N_("«{text}» may be a percentage or a fraction of one. Write it as a text with its sign: 3,86 %."),
    "workbook.proposal_present": N_("This proposal is in the archive already: n. {number}, «{title}». It is not imported twice; correct it there."),
    "workbook.reference_twice": N_("Two rows have the name «{text}», and it is not clear which one is meant. Give them different names."),
    "workbook.reference_unknown": N_("«{text}» does not stand in the sheet that lists these names. Write it there too, or correct it here."),
    "workbook.refused": N_("Nothing was imported from «{name}». To be corrected ({count:count}):\n{errors:lines}"),
    "workbook.required": N_("«{title}» is needed here. Fill in the cell."),
    "workbook.result_needed": N_("The indicator belongs to no result. Write the expected result in this row or above it."),
    "workbook.role_differs": N_("In the archive «{text}» has another role in «{alliance}» for this phase. Correct the cell, or the alliance in its own room first."),
    "workbook.sheet": N_("Sheet «{sheet}»: {reason}"),
    "workbook.sheet_missing": N_("The sheet is missing or has another name. Copy the values into a new blank form."),
    "workbook.sheet_unknown": N_("The sheet is not part of the form and would be lost. Remove it from the workbook."),
    "workbook.too_large": N_("«{name}» is larger than {megabytes} MB. Filled forms are far smaller: remove pictures and what is not part of the form."),
    "workbook.too_many_columns": N_("«{name}», sheet «{sheet}»: there is something beyond column {most}. Clear what stands outside the form."),
    "workbook.too_many_parts": N_("«{name}» is made of {found:count} parts; a workbook has no more than {most:count}. Save the form again in a spreadsheet program."),
    "workbook.too_many_rows": N_("«{name}», sheet «{sheet}»: there is something below row {most:count}. Clear what stands outside the form."),
    "workbook.too_much_text": N_("The cells of «{name}» hold more text than is accepted. Shorten it, or attach it apart."),
    "workbook.unknown_form": N_("«{name}» is neither a proposal form nor a plan workbook of this program. Fill in a blank form written by it."),
    "workbook.unreadable": N_("The file «{name}» cannot be read ({reason}). Close it in other programs and check that you may open it."),
}  # fmt: skip

UNEXPECTED = N_("Something went wrong that the program did not foresee. What you had saved is safe.")


class _Writer(string.Formatter):
    """Writes the values of a sentence as the user reads them."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value under the word after its colon."""
        if format_spec == "euro":
            return format_euro(value)
        if format_spec == "count":
            return format_count(value)
        if format_spec == "quoted":
            return f"«{value}»"
        if format_spec == "list":
            return ", ".join(self.format_field(one, "") for one in value)
        if format_spec == "lines":
            return "\n".join(self.format_field(one, "") for one in value)
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        """One value without a word of its own."""
        if isinstance(value, AppError):
            return sentence(value, self._tr)
        if isinstance(value, StrEnum):
            return label(value, self._tr)
        if isinstance(value, datetime):
            return format_instant(value)
        if isinstance(value, date):
            return format_date(value)
        return str(value)


def write(text: str, values: Mapping[str, Any], tr: Translator) -> str:
    """An already translated `text` with its values written as the user reads them."""
    return _Writer(tr).vformat(text, (), values)


def sentence(error: BaseException, tr: Translator) -> str:
    """What is wrong and the way out, in the translator's language; a bug gets the general sentence."""
    if not isinstance(error, AppError):
        return tr(UNEXPECTED)
    return write(tr(SENTENCES[error.code]), error.values, tr)
