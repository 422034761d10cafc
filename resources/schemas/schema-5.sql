CREATE TABLE archive_info (
	id INTEGER NOT NULL, 
	file_id TEXT NOT NULL, 
	replica_id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	CONSTRAINT pk_archive_info PRIMARY KEY (id), 
	CONSTRAINT ck_archive_info_one_row CHECK (id = 1)
)
 STRICT;
CREATE TABLE archive_user (
	name TEXT NOT NULL, 
	login TEXT NOT NULL, 
	role TEXT NOT NULL, 
	state TEXT NOT NULL, 
	password_at TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_archive_user PRIMARY KEY (id), 
	CONSTRAINT ck_archive_user_role_known CHECK (role in ('keeper', 'secretary', 'president', 'member', 'district_officer', 'cashier', 'reader')), 
	CONSTRAINT ck_archive_user_state_known CHECK (state in ('active', 'disabled', 'removed')), 
	CONSTRAINT uq_archive_user_login UNIQUE (login)
)
 STRICT;
CREATE TABLE attachment_content (
	sha256 TEXT NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_attachment_content PRIMARY KEY (sha256), 
	CONSTRAINT ck_attachment_content_sha256_whole CHECK (length(sha256) = 64)
)
 STRICT;
CREATE TABLE edit (
	replica TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	gesture INTEGER NOT NULL, 
	undoes INTEGER, 
	table_name TEXT NOT NULL, 
	row_id TEXT NOT NULL, 
	verb TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	user_id TEXT, 
	made_at TEXT NOT NULL, 
	seen TEXT NOT NULL, 
	commitment BLOB NOT NULL, 
	prev BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_edit PRIMARY KEY (replica, seq), 
	CONSTRAINT ck_edit_seq_in_order CHECK (seq > 0 and gesture <= seq)
)
 STRICT;
CREATE INDEX ix_edit_gesture_made_at ON edit (made_at) WHERE seq = gesture;
CREATE INDEX ix_edit_row ON edit (table_name, row_id);
CREATE TABLE edit_payload (
	replica TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	salt BLOB NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT pk_edit_payload PRIMARY KEY (replica, seq)
)
 STRICT;
CREATE TABLE erasure (
	kind TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	edits INTEGER NOT NULL, 
	fields INTEGER NOT NULL, 
	documents INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_erasure PRIMARY KEY (id), 
	CONSTRAINT ck_erasure_kind_known CHECK (kind in ('retention', 'person'))
)
 STRICT;
CREATE TABLE import_receipt (
	file_name TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	arrived_at TEXT NOT NULL, 
	form TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_import_receipt PRIMARY KEY (id), 
	CONSTRAINT ck_import_receipt_sha256_whole CHECK (length(sha256) = 64)
)
 STRICT;
CREATE INDEX ix_import_receipt_sha256 ON import_receipt (sha256);
CREATE TABLE individual (
	surname TEXT NOT NULL, 
	given_name TEXT NOT NULL, 
	tax_code TEXT NOT NULL, 
	code_state TEXT NOT NULL, 
	birth_date TEXT, 
	birth_place TEXT NOT NULL, 
	sex TEXT, 
	disabled INTEGER NOT NULL, 
	phone TEXT NOT NULL, 
	mail TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_individual PRIMARY KEY (id), 
	CONSTRAINT ck_individual_code_state_known CHECK (code_state in ('unchecked', 'agrees', 'differs', 'temporary', 'none')), 
	CONSTRAINT ck_individual_sex_known CHECK (sex in ('female', 'male')), 
	CONSTRAINT ck_individual_name_given CHECK (surname <> '')
)
 STRICT;
CREATE INDEX ix_individual_name ON individual (surname, given_name);
CREATE UNIQUE INDEX uq_individual_tax_code ON individual (tax_code) WHERE tax_code <> '';
CREATE TABLE kept_draft (
	user_id TEXT NOT NULL, 
	place TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	cursor TEXT NOT NULL, 
	content TEXT NOT NULL, 
	baseline TEXT NOT NULL, 
	typed TEXT NOT NULL, 
	kept_at TEXT NOT NULL, 
	CONSTRAINT pk_kept_draft PRIMARY KEY (user_id, place, record_id)
)
 STRICT;
CREATE TABLE organisation (
	kind TEXT NOT NULL, 
	legal_form TEXT NOT NULL, 
	size TEXT NOT NULL, 
	name TEXT NOT NULL, 
	seat TEXT NOT NULL, 
	tax_code TEXT NOT NULL, 
	vat_number TEXT NOT NULL, 
	iban TEXT NOT NULL, 
	iban_holder TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_kind_known CHECK (kind in ('public_body', 'special_agency', 'territorial_area', 'health_agency', 'province', 'cooperative', 'association', 'foundation', 'union', 'employers_association', 'company', 'school', 'other')), 
	CONSTRAINT ck_organisation_legal_form_known CHECK (legal_form in ('unknown', 'public_law', 'special_agency', 'consortium_agency', 'association', 'voluntary', 'promotion', 'foundation', 'religious', 'social_cooperative', 'cooperative', 'consortium', 'consortium_company', 'sole_trader', 'snc', 'sas', 'srl', 'spa', 'foreign', 'other')), 
	CONSTRAINT ck_organisation_size_known CHECK (size in ('unknown', 'micro', 'small', 'medium', 'large')), 
	CONSTRAINT ck_organisation_name_given CHECK (name <> ''), 
	CONSTRAINT uq_organisation_name UNIQUE (name)
)
 STRICT;
CREATE TABLE "plan" (
	name TEXT NOT NULL, 
	territory TEXT NOT NULL, 
	office TEXT NOT NULL, 
	date_start TEXT, 
	date_end TEXT, 
	duration_months INTEGER, 
	purpose TEXT NOT NULL, 
	count_floor INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_plan PRIMARY KEY (id), 
	CONSTRAINT ck_plan_count_floor_hides CHECK (count_floor >= 3), 
	CONSTRAINT ck_plan_dates_in_order CHECK (date_end is null or date_start is null or date_start <= date_end)
)
 STRICT;
CREATE TABLE print_content (
	sha256 TEXT NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_print_content PRIMARY KEY (sha256), 
	CONSTRAINT ck_print_content_sha256_whole CHECK (length(sha256) = 64)
)
 STRICT;
CREATE TABLE print_made (
	id INTEGER NOT NULL, 
	made_at TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	code TEXT NOT NULL, 
	title TEXT NOT NULL, 
	item TEXT NOT NULL, 
	language TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	form TEXT NOT NULL, 
	moment TEXT NOT NULL, 
	journal_head TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	CONSTRAINT pk_print_made PRIMARY KEY (id)
)
 STRICT;
CREATE TABLE restoration (
	copy_name TEXT NOT NULL, 
	copy_head TEXT NOT NULL, 
	copy_changed_at TEXT, 
	left_head TEXT NOT NULL, 
	kept_name TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_restoration PRIMARY KEY (id)
)
 STRICT;
CREATE TABLE retention_class (
	name TEXT NOT NULL, 
	years INTEGER, 
	tables TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_retention_class PRIMARY KEY (id), 
	CONSTRAINT uq_retention_class_name UNIQUE (name)
)
 STRICT;
CREATE TABLE text_template (
	place TEXT NOT NULL, 
	language TEXT NOT NULL, 
	text TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_text_template PRIMARY KEY (id), 
	CONSTRAINT ck_text_template_place_known CHECK (place in ('convocation_opening', 'convocation_closing', 'minutes_opening', 'minutes_closing', 'outcome_opening', 'outcome_closing')), 
	CONSTRAINT ck_text_template_language_offered CHECK (language in ('it', 'en')), 
	CONSTRAINT ck_text_template_text_given CHECK (text <> ''), 
	CONSTRAINT uq_text_template_place_language UNIQUE (place, language)
)
 STRICT;
CREATE TABLE zero (
	value INTEGER NOT NULL, 
	CONSTRAINT pk_zero PRIMARY KEY (value), 
	CONSTRAINT ck_zero_value_zero CHECK (value = 0)
)
 STRICT;
CREATE TABLE account (
	plan_id TEXT NOT NULL, 
	parent_id TEXT, 
	kind TEXT NOT NULL, 
	subject_id TEXT, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_account PRIMARY KEY (id), 
	CONSTRAINT ck_account_kind_known CHECK (kind in ('outside', 'plan', 'source', 'area', 'project', 'programme', 'firm', 'held', 'paid')), 
	CONSTRAINT ck_account_roots_are_plan_and_outside CHECK ((parent_id is null) = (kind in ('outside', 'plan'))), 
	CONSTRAINT uq_account_kind_subject_id_plan_id UNIQUE (kind, subject_id, plan_id), 
	CONSTRAINT fk_account_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_account_parent_id FOREIGN KEY(parent_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_account_parent_id ON account (parent_id);
CREATE INDEX ix_account_plan_id ON account (plan_id);
CREATE TABLE act (
	plan_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	number TEXT NOT NULL, 
	date_issued TEXT, 
	subject TEXT NOT NULL, 
	as_printed TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_act PRIMARY KEY (id), 
	CONSTRAINT ck_act_kind_known CHECK (kind in ('resolution', 'decree', 'agreement', 'other')), 
	CONSTRAINT fk_act_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_act_plan_id ON act (plan_id);
CREATE TABLE alliance (
	plan_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	short_name TEXT NOT NULL, 
	lead_id TEXT, 
	lead_as_printed TEXT NOT NULL, 
	role_note TEXT NOT NULL, 
	agreement_reference TEXT NOT NULL, 
	agreement_date TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_alliance PRIMARY KEY (id), 
	CONSTRAINT ck_alliance_name_given CHECK (name <> ''), 
	CONSTRAINT uq_alliance_plan_id_number UNIQUE (plan_id, number), 
	CONSTRAINT fk_alliance_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_alliance_lead_id FOREIGN KEY(lead_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_alliance_lead_id ON alliance (lead_id);
CREATE INDEX ix_alliance_plan_id ON alliance (plan_id);
CREATE TABLE committee (
	plan_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	other_names TEXT NOT NULL, 
	quorum TEXT NOT NULL, 
	quorum_opening TEXT NOT NULL, 
	majority TEXT NOT NULL, 
	tie TEXT NOT NULL, 
	proxies_max INTEGER NOT NULL, 
	notice_days INTEGER NOT NULL, 
	findings_block INTEGER NOT NULL, 
	act TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_committee PRIMARY KEY (id), 
	CONSTRAINT ck_committee_quorum_known CHECK (quorum in ('majority', 'all')), 
	CONSTRAINT ck_committee_quorum_opening_known CHECK (quorum_opening in ('majority', 'all')), 
	CONSTRAINT ck_committee_majority_known CHECK (majority in ('voting', 'present', 'members', 'two_thirds', 'two_thirds_members')), 
	CONSTRAINT ck_committee_tie_known CHECK (tie in ('rejected', 'casting')), 
	CONSTRAINT ck_committee_proxies_max_not_negative CHECK (proxies_max >= 0), 
	CONSTRAINT ck_committee_notice_days_not_negative CHECK (notice_days >= 0), 
	CONSTRAINT fk_committee_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_committee_plan_id ON committee (plan_id);
CREATE TABLE consent (
	individual_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	version TEXT NOT NULL, 
	day TEXT NOT NULL, 
	date_withdrawn TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_consent PRIMARY KEY (id), 
	CONSTRAINT ck_consent_kind_known CHECK (kind in ('information', 'health', 'contact')), 
	CONSTRAINT ck_consent_version_given CHECK (version <> ''), 
	CONSTRAINT ck_consent_dates_in_order CHECK (day <= date_withdrawn), 
	CONSTRAINT fk_consent_individual_id FOREIGN KEY(individual_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_consent_individual_id ON consent (individual_id);
CREATE TABLE context_figure (
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	value TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	period TEXT NOT NULL, 
	place TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_context_figure PRIMARY KEY (id), 
	CONSTRAINT fk_context_figure_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_context_figure_plan_id ON context_figure (plan_id);
CREATE TABLE declaration (
	plan_id TEXT NOT NULL, 
	check_code TEXT NOT NULL, 
	subject_id TEXT, 
	as_printed TEXT NOT NULL, 
	cents INTEGER, 
	number TEXT, 
	place TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_declaration PRIMARY KEY (id), 
	CONSTRAINT fk_declaration_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_declaration_plan_id ON declaration (plan_id);
CREATE TABLE distinct_individuals (
	one_id TEXT NOT NULL, 
	other_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_distinct_individuals PRIMARY KEY (id), 
	CONSTRAINT ck_distinct_individuals_two_persons CHECK (one_id <> other_id), 
	CONSTRAINT uq_distinct_individuals_one_id_other_id UNIQUE (one_id, other_id), 
	CONSTRAINT fk_distinct_individuals_one_id FOREIGN KEY(one_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_distinct_individuals_other_id FOREIGN KEY(other_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_distinct_individuals_one_id ON distinct_individuals (one_id);
CREATE INDEX ix_distinct_individuals_other_id ON distinct_individuals (other_id);
CREATE TABLE distinct_organisations (
	one_id TEXT NOT NULL, 
	other_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_distinct_organisations PRIMARY KEY (id), 
	CONSTRAINT ck_distinct_organisations_two_organisations CHECK (one_id <> other_id), 
	CONSTRAINT uq_distinct_organisations_one_id_other_id UNIQUE (one_id, other_id), 
	CONSTRAINT fk_distinct_organisations_one_id FOREIGN KEY(one_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_distinct_organisations_other_id FOREIGN KEY(other_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_distinct_organisations_one_id ON distinct_organisations (one_id);
CREATE INDEX ix_distinct_organisations_other_id ON distinct_organisations (other_id);
CREATE TABLE district (
	plan_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	zone TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_district PRIMARY KEY (id), 
	CONSTRAINT uq_district_plan_id_number UNIQUE (plan_id, number), 
	CONSTRAINT fk_district_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_district_plan_id ON district (plan_id);
CREATE TABLE earlier_call (
	plan_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	received INTEGER NOT NULL, 
	admitted INTEGER NOT NULL, 
	funded INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_earlier_call PRIMARY KEY (id), 
	CONSTRAINT ck_earlier_call_counts_in_order CHECK (0 <= funded and funded <= admitted and admitted <= received), 
	CONSTRAINT fk_earlier_call_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_earlier_call_plan_id ON earlier_call (plan_id);
CREATE TABLE erased_content (
	sha256 TEXT NOT NULL, 
	erasure_id TEXT NOT NULL, 
	CONSTRAINT pk_erased_content PRIMARY KEY (sha256), 
	CONSTRAINT fk_erased_content_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_erased_content_erasure_id ON erased_content (erasure_id);
CREATE TABLE erased_edit (
	replica TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	commitment BLOB NOT NULL, 
	erasure_id TEXT NOT NULL, 
	CONSTRAINT pk_erased_edit PRIMARY KEY (replica, seq), 
	CONSTRAINT fk_erased_edit_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_erased_edit_erasure_id ON erased_edit (erasure_id);
CREATE TABLE erased_field (
	table_name TEXT NOT NULL, 
	row_id TEXT NOT NULL, 
	field_name TEXT NOT NULL, 
	erasure_id TEXT NOT NULL, 
	CONSTRAINT pk_erased_field PRIMARY KEY (table_name, row_id, field_name), 
	CONSTRAINT fk_erased_field_erasure_id FOREIGN KEY(erasure_id) REFERENCES erasure (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_erased_field_erasure_id ON erased_field (erasure_id);
CREATE TABLE key_act (
	kind TEXT NOT NULL, 
	user_id TEXT, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_key_act PRIMARY KEY (id), 
	CONSTRAINT ck_key_act_kind_known CHECK (kind in ('encrypted', 'opened', 'renewed', 'sheet', 'password')), 
	CONSTRAINT fk_key_act_user_id FOREIGN KEY(user_id) REFERENCES archive_user (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_key_act_user_id ON key_act (user_id);
CREATE TABLE letterhead (
	plan_id TEXT NOT NULL, 
	lines TEXT NOT NULL, 
	logo TEXT NOT NULL, 
	logo_text TEXT NOT NULL, 
	footer TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_letterhead PRIMARY KEY (id), 
	CONSTRAINT ck_letterhead_logo_with_text CHECK ((logo = '') = (logo_text = '')), 
	CONSTRAINT uq_letterhead_plan_id UNIQUE (plan_id), 
	CONSTRAINT fk_letterhead_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_letterhead_plan_id ON letterhead (plan_id);
CREATE TABLE network_agreement (
	plan_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	date_counted TEXT, 
	signatories_counted INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_network_agreement PRIMARY KEY (id), 
	CONSTRAINT fk_network_agreement_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_network_agreement_plan_id ON network_agreement (plan_id);
CREATE TABLE organisation_alias (
	organisation_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation_alias PRIMARY KEY (id), 
	CONSTRAINT uq_organisation_alias_organisation_id_name UNIQUE (organisation_id, name), 
	CONSTRAINT fk_organisation_alias_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_organisation_alias_organisation_id ON organisation_alias (organisation_id);
CREATE TABLE organisation_contact (
	organisation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	title TEXT NOT NULL, 
	mail TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	certified_mail TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation_contact PRIMARY KEY (id), 
	CONSTRAINT fk_organisation_contact_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_organisation_contact_organisation_id ON organisation_contact (organisation_id);
CREATE TABLE organisation_office (
	organisation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	tax_code TEXT NOT NULL, 
	title TEXT NOT NULL, 
	date_from TEXT, 
	date_to TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation_office PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_office_kind_known CHECK (kind in ('legal_representative', 'administrator', 'manager', 'auditor', 'staff', 'associate', 'other')), 
	CONSTRAINT ck_organisation_office_name_given CHECK (name <> ''), 
	CONSTRAINT ck_organisation_office_dates_in_order CHECK (date_from <= date_to), 
	CONSTRAINT fk_organisation_office_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_organisation_office_organisation_id ON organisation_office (organisation_id);
CREATE TABLE organisation_register (
	organisation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	register TEXT NOT NULL, 
	number TEXT NOT NULL, 
	date_entered TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation_register PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_register_register_given CHECK (register <> ''), 
	CONSTRAINT fk_organisation_register_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_organisation_register_organisation_id ON organisation_register (organisation_id);
CREATE TABLE paper (
	code TEXT NOT NULL, 
	record_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	slug TEXT NOT NULL, 
	language TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	protocol_number TEXT NOT NULL, 
	protocol_date TEXT, 
	register TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_paper PRIMARY KEY (id), 
	CONSTRAINT ck_paper_title_given CHECK (title <> ''), 
	CONSTRAINT ck_paper_protocol_whole CHECK ((protocol_number = '') = (protocol_date is null)), 
	CONSTRAINT uq_paper_sha256 UNIQUE (sha256), 
	CONSTRAINT fk_paper_sha256 FOREIGN KEY(sha256) REFERENCES attachment_content (sha256) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE TABLE pot (
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	total INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_pot PRIMARY KEY (id), 
	CONSTRAINT ck_pot_kind_known CHECK (kind in ('residue', 'premium', 'savings', 'new_money')), 
	CONSTRAINT ck_pot_name_given CHECK (name <> ''), 
	CONSTRAINT ck_pot_total_positive CHECK (total > 0 and total <= 9000000000000000), 
	CONSTRAINT uq_pot_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_pot_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_pot_plan_id ON pot (plan_id);
CREATE TABLE priority_area (
	plan_id TEXT NOT NULL, 
	level TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	amount_planned INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_priority_area PRIMARY KEY (id), 
	CONSTRAINT ck_priority_area_level_known CHECK (level in ('high', 'low')), 
	CONSTRAINT ck_priority_area_number_positive CHECK (number > 0), 
	CONSTRAINT ck_priority_area_amount_not_negative CHECK (amount_planned is null or amount_planned >= 0), 
	CONSTRAINT uq_priority_area_plan_id_level_number UNIQUE (plan_id, level, number), 
	CONSTRAINT fk_priority_area_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_priority_area_plan_id ON priority_area (plan_id);
CREATE TABLE training_module (
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_training_module PRIMARY KEY (id), 
	CONSTRAINT uq_training_module_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_training_module_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_training_module_plan_id ON training_module (plan_id);
CREATE TABLE account_day (
	account_id TEXT NOT NULL, 
	day TEXT NOT NULL, 
	cents INTEGER NOT NULL, 
	CONSTRAINT pk_account_day PRIMARY KEY (account_id, day), 
	CONSTRAINT fk_account_day_account_id FOREIGN KEY(account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE account_path (
	account_id TEXT NOT NULL, 
	ancestor_id TEXT NOT NULL, 
	CONSTRAINT pk_account_path PRIMARY KEY (account_id, ancestor_id), 
	CONSTRAINT fk_account_path_account_id FOREIGN KEY(account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_account_path_ancestor_id FOREIGN KEY(ancestor_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_account_path_ancestor_id ON account_path (ancestor_id);
CREATE TABLE account_state (
	account_id TEXT NOT NULL, 
	outside INTEGER NOT NULL, 
	balance INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	ceiling INTEGER, 
	CONSTRAINT pk_account_state PRIMARY KEY (account_id), 
	CONSTRAINT ck_account_state_balance_not_negative CHECK (outside = 1 or balance >= 0), 
	CONSTRAINT ck_account_state_total_within_ceiling CHECK (ceiling is null or total <= ceiling), 
	CONSTRAINT fk_account_state_account_id FOREIGN KEY(account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE TABLE agreement_signature (
	agreement_id TEXT NOT NULL, 
	organisation_id TEXT NOT NULL, 
	date_signed TEXT, 
	act TEXT NOT NULL, 
	signatory TEXT NOT NULL, 
	signatory_title TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_agreement_signature PRIMARY KEY (id), 
	CONSTRAINT uq_agreement_signature_agreement_id_organisation_id UNIQUE (agreement_id, organisation_id), 
	CONSTRAINT fk_agreement_signature_agreement_id FOREIGN KEY(agreement_id) REFERENCES network_agreement (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_agreement_signature_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_agreement_signature_agreement_id ON agreement_signature (agreement_id);
CREATE INDEX ix_agreement_signature_organisation_id ON agreement_signature (organisation_id);
CREATE TABLE call (
	plan_id TEXT NOT NULL, 
	act_id TEXT, 
	title TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_call PRIMARY KEY (id), 
	CONSTRAINT fk_call_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_call_act_id FOREIGN KEY(act_id) REFERENCES act (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_call_act_id ON call (act_id);
CREATE INDEX ix_call_plan_id ON call (plan_id);
CREATE TABLE committee_rule (
	committee_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	matter TEXT NOT NULL, 
	quorum TEXT NOT NULL, 
	majority TEXT NOT NULL, 
	ballot TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_committee_rule PRIMARY KEY (id), 
	CONSTRAINT ck_committee_rule_matter_known CHECK (matter in ('ordinary', 'minutes', 'admission', 'scoring', 'allocation', 'award', 'sharing', 'amendment', 'settlement', 'rules', 'appointment')), 
	CONSTRAINT ck_committee_rule_quorum_known CHECK (quorum in ('majority', 'all')), 
	CONSTRAINT ck_committee_rule_majority_known CHECK (majority in ('voting', 'present', 'members', 'two_thirds', 'two_thirds_members')), 
	CONSTRAINT ck_committee_rule_ballot_known CHECK (ballot in ('open', 'secret')), 
	CONSTRAINT uq_committee_rule_committee_id_matter UNIQUE (committee_id, matter), 
	CONSTRAINT fk_committee_rule_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_committee_rule_committee_id ON committee_rule (committee_id);
CREATE TABLE earlier_call_result (
	earlier_call_id TEXT NOT NULL, 
	district_id TEXT NOT NULL, 
	funded INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_earlier_call_result PRIMARY KEY (id), 
	CONSTRAINT ck_earlier_call_result_funded_not_negative CHECK (funded >= 0), 
	CONSTRAINT uq_earlier_call_result_earlier_call_id_district_id UNIQUE (earlier_call_id, district_id), 
	CONSTRAINT fk_earlier_call_result_earlier_call_id FOREIGN KEY(earlier_call_id) REFERENCES earlier_call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_earlier_call_result_district_id FOREIGN KEY(district_id) REFERENCES district (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_earlier_call_result_district_id ON earlier_call_result (district_id);
CREATE INDEX ix_earlier_call_result_earlier_call_id ON earlier_call_result (earlier_call_id);
CREATE TABLE funding_source (
	plan_id TEXT NOT NULL, 
	act_id TEXT, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	due INTEGER NOT NULL, 
	condition TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_funding_source PRIMARY KEY (id), 
	CONSTRAINT ck_funding_source_kind_known CHECK (kind in ('fixed', 'variable', 'residue', 'premium', 'savings')), 
	CONSTRAINT ck_funding_source_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT uq_funding_source_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_funding_source_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_funding_source_act_id FOREIGN KEY(act_id) REFERENCES act (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_funding_source_act_id ON funding_source (act_id);
CREATE INDEX ix_funding_source_plan_id ON funding_source (plan_id);
CREATE TABLE meeting (
	committee_id TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	date_held TEXT NOT NULL, 
	date_convened TEXT, 
	time_convened TEXT NOT NULL, 
	letter TEXT NOT NULL, 
	time_opened TEXT NOT NULL, 
	time_closed TEXT NOT NULL, 
	date_closed TEXT, 
	place TEXT NOT NULL, 
	premises TEXT NOT NULL, 
	closing_text TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_meeting PRIMARY KEY (id), 
	CONSTRAINT ck_meeting_state_known CHECK (state in ('convened', 'open', 'suspended', 'closed', 'approved')), 
	CONSTRAINT ck_meeting_time_convened_valid CHECK (time_convened = '' or (time_convened like '__:__' and time_convened >= '00:00' and time_convened <= '23:59' and substr(time_convened, 4, 2) <= '59')), 
	CONSTRAINT ck_meeting_time_opened_valid CHECK (time_opened = '' or (time_opened like '__:__' and time_opened >= '00:00' and time_opened <= '23:59' and substr(time_opened, 4, 2) <= '59')), 
	CONSTRAINT ck_meeting_time_closed_valid CHECK (time_closed = '' or (time_closed like '__:__' and time_closed >= '00:00' and time_closed <= '23:59' and substr(time_closed, 4, 2) <= '59')), 
	CONSTRAINT ck_meeting_number_positive CHECK (number > 0), 
	CONSTRAINT uq_meeting_committee_id_year_number UNIQUE (committee_id, year, number), 
	CONSTRAINT fk_meeting_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_meeting_committee_id ON meeting (committee_id);
CREATE TABLE member (
	committee_id TEXT NOT NULL, 
	organisation_id TEXT, 
	stands_for_id TEXT, 
	user_id TEXT, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	office TEXT NOT NULL, 
	act TEXT NOT NULL, 
	date_from TEXT, 
	date_to TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_member PRIMARY KEY (id), 
	CONSTRAINT ck_member_role_known CHECK (role in ('president', 'member', 'alternate', 'secretary')), 
	CONSTRAINT ck_member_name_given CHECK (name <> ''), 
	CONSTRAINT ck_member_dates_in_order CHECK (date_from <= date_to), 
	CONSTRAINT fk_member_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_member_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_member_stands_for_id FOREIGN KEY(stands_for_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_member_user_id FOREIGN KEY(user_id) REFERENCES archive_user (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_member_committee_id ON member (committee_id);
CREATE INDEX ix_member_organisation_id ON member (organisation_id);
CREATE INDEX ix_member_stands_for_id ON member (stands_for_id);
CREATE INDEX ix_member_user_id ON member (user_id);
CREATE TABLE municipality (
	plan_id TEXT NOT NULL, 
	district_id TEXT, 
	name TEXT NOT NULL, 
	population INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_municipality PRIMARY KEY (id), 
	CONSTRAINT ck_municipality_population_not_negative CHECK (population >= 0), 
	CONSTRAINT uq_municipality_plan_id_name UNIQUE (plan_id, name), 
	CONSTRAINT fk_municipality_plan_id FOREIGN KEY(plan_id) REFERENCES "plan" (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_municipality_district_id FOREIGN KEY(district_id) REFERENCES district (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_municipality_district_id ON municipality (district_id);
CREATE INDEX ix_municipality_plan_id ON municipality (plan_id);
CREATE TABLE partnership (
	alliance_id TEXT NOT NULL, 
	organisation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	as_printed TEXT NOT NULL, 
	design INTEGER NOT NULL, 
	coordination INTEGER NOT NULL, 
	delivery INTEGER NOT NULL, 
	verification INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_partnership PRIMARY KEY (id), 
	CONSTRAINT uq_partnership_alliance_id_organisation_id UNIQUE (alliance_id, organisation_id), 
	CONSTRAINT fk_partnership_alliance_id FOREIGN KEY(alliance_id) REFERENCES alliance (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_partnership_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_partnership_alliance_id ON partnership (alliance_id);
CREATE INDEX ix_partnership_organisation_id ON partnership (organisation_id);
CREATE TABLE scenario (
	pot_id TEXT NOT NULL, 
	letter TEXT NOT NULL, 
	name TEXT NOT NULL, 
	note TEXT NOT NULL, 
	terms TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_scenario PRIMARY KEY (id), 
	CONSTRAINT ck_scenario_letter_given CHECK (letter <> ''), 
	CONSTRAINT ck_scenario_name_given CHECK (name <> ''), 
	CONSTRAINT uq_scenario_pot_id_letter UNIQUE (pot_id, letter), 
	CONSTRAINT fk_scenario_pot_id FOREIGN KEY(pot_id) REFERENCES pot (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_scenario_pot_id ON scenario (pot_id);
CREATE TABLE signatory (
	letterhead_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	paper TEXT NOT NULL, 
	title TEXT NOT NULL, 
	name TEXT NOT NULL, 
	date_from TEXT, 
	date_to TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_signatory PRIMARY KEY (id), 
	CONSTRAINT ck_signatory_paper_known CHECK (paper in ('convocation', 'letter', 'minutes')), 
	CONSTRAINT ck_signatory_title_given CHECK (title <> ''), 
	CONSTRAINT ck_signatory_name_given CHECK (name <> ''), 
	CONSTRAINT ck_signatory_dates_in_order CHECK (date_from <= date_to), 
	CONSTRAINT fk_signatory_letterhead_id FOREIGN KEY(letterhead_id) REFERENCES letterhead (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_signatory_letterhead_id ON signatory (letterhead_id);
CREATE TABLE signed_copy (
	paper_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	form TEXT NOT NULL, 
	sha256 TEXT NOT NULL, 
	added_at TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_signed_copy PRIMARY KEY (id), 
	CONSTRAINT ck_signed_copy_form_known CHECK (form in ('pades', 'cades')), 
	CONSTRAINT ck_signed_copy_name_given CHECK (name <> ''), 
	CONSTRAINT uq_signed_copy_sha256 UNIQUE (sha256), 
	CONSTRAINT fk_signed_copy_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_signed_copy_sha256 FOREIGN KEY(sha256) REFERENCES attachment_content (sha256) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_signed_copy_paper_id ON signed_copy (paper_id);
CREATE TABLE agenda_item (
	meeting_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	matter TEXT NOT NULL, 
	state TEXT NOT NULL, 
	late INTEGER NOT NULL, 
	late_ground TEXT NOT NULL, 
	origin_id TEXT, 
	discussion TEXT NOT NULL, 
	addition TEXT NOT NULL, 
	time_begun TEXT NOT NULL, 
	time_voted TEXT NOT NULL, 
	ballot TEXT NOT NULL, 
	favour INTEGER NOT NULL, 
	against INTEGER NOT NULL, 
	abstain INTEGER NOT NULL, 
	invalid INTEGER NOT NULL, 
	quorum TEXT, 
	majority TEXT, 
	tie TEXT, 
	voting_of_id TEXT, 
	motion TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_agenda_item PRIMARY KEY (id), 
	CONSTRAINT ck_agenda_item_matter_known CHECK (matter in ('ordinary', 'minutes', 'admission', 'scoring', 'allocation', 'award', 'sharing', 'amendment', 'settlement', 'rules', 'appointment')), 
	CONSTRAINT ck_agenda_item_state_known CHECK (state in ('open', 'treated', 'postponed', 'withdrawn')), 
	CONSTRAINT ck_agenda_item_ballot_known CHECK (ballot in ('open', 'secret')), 
	CONSTRAINT ck_agenda_item_quorum_known CHECK (quorum in ('majority', 'all')), 
	CONSTRAINT ck_agenda_item_majority_known CHECK (majority in ('voting', 'present', 'members', 'two_thirds', 'two_thirds_members')), 
	CONSTRAINT ck_agenda_item_tie_known CHECK (tie in ('rejected', 'casting')), 
	CONSTRAINT ck_agenda_item_counts_not_negative CHECK (min(favour, against, abstain, invalid) >= 0), 
	CONSTRAINT ck_agenda_item_time_begun_valid CHECK (time_begun = '' or (time_begun like '__:__' and time_begun >= '00:00' and time_begun <= '23:59' and substr(time_begun, 4, 2) <= '59')), 
	CONSTRAINT ck_agenda_item_time_voted_valid CHECK (time_voted = '' or (time_voted like '__:__' and time_voted >= '00:00' and time_voted <= '23:59' and substr(time_voted, 4, 2) <= '59')), 
	CONSTRAINT ck_agenda_item_title_given CHECK (title <> ''), 
	CONSTRAINT ck_agenda_item_voting_of_another CHECK (voting_of_id <> id), 
	CONSTRAINT uq_agenda_item_meeting_id_position UNIQUE (meeting_id, position), 
	CONSTRAINT fk_agenda_item_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_agenda_item_voting_of_id FOREIGN KEY(voting_of_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_agenda_item_meeting_id ON agenda_item (meeting_id);
CREATE INDEX ix_agenda_item_voting_of_id ON agenda_item (voting_of_id);
CREATE TABLE attendance (
	meeting_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	time_in TEXT NOT NULL, 
	time_out TEXT NOT NULL, 
	proxy_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_attendance PRIMARY KEY (id), 
	CONSTRAINT ck_attendance_kind_known CHECK (kind in ('present', 'excused', 'absent')), 
	CONSTRAINT ck_attendance_proxy_of_another CHECK (proxy_id <> member_id), 
	CONSTRAINT ck_attendance_time_in_valid CHECK (time_in = '' or (time_in like '__:__' and time_in >= '00:00' and time_in <= '23:59' and substr(time_in, 4, 2) <= '59')), 
	CONSTRAINT ck_attendance_time_out_valid CHECK (time_out = '' or (time_out like '__:__' and time_out >= '00:00' and time_out <= '23:59' and substr(time_out, 4, 2) <= '59')), 
	CONSTRAINT uq_attendance_meeting_id_member_id UNIQUE (meeting_id, member_id), 
	CONSTRAINT fk_attendance_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attendance_member_id FOREIGN KEY(member_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attendance_proxy_id FOREIGN KEY(proxy_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_attendance_meeting_id ON attendance (meeting_id);
CREATE INDEX ix_attendance_member_id ON attendance (member_id);
CREATE INDEX ix_attendance_proxy_id ON attendance (proxy_id);
CREATE TABLE call_act (
	call_id TEXT NOT NULL, 
	act_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_call_act PRIMARY KEY (id), 
	CONSTRAINT uq_call_act_call_id_act_id UNIQUE (call_id, act_id), 
	CONSTRAINT fk_call_act_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_call_act_act_id FOREIGN KEY(act_id) REFERENCES act (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_call_act_act_id ON call_act (act_id);
CREATE INDEX ix_call_act_call_id ON call_act (call_id);
CREATE TABLE guest (
	meeting_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	office TEXT NOT NULL, 
	time_in TEXT NOT NULL, 
	time_out TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_guest PRIMARY KEY (id), 
	CONSTRAINT ck_guest_time_in_valid CHECK (time_in = '' or (time_in like '__:__' and time_in >= '00:00' and time_in <= '23:59' and substr(time_in, 4, 2) <= '59')), 
	CONSTRAINT ck_guest_time_out_valid CHECK (time_out = '' or (time_out like '__:__' and time_out >= '00:00' and time_out <= '23:59' and substr(time_out, 4, 2) <= '59')), 
	CONSTRAINT ck_guest_name_given CHECK (name <> ''), 
	CONSTRAINT fk_guest_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_guest_meeting_id ON guest (meeting_id);
CREATE TABLE household (
	name TEXT NOT NULL, 
	municipality_id TEXT, 
	place TEXT NOT NULL, 
	address TEXT NOT NULL, 
	iban TEXT NOT NULL, 
	iban_holder TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_household PRIMARY KEY (id), 
	CONSTRAINT ck_household_name_given CHECK (name <> ''), 
	CONSTRAINT fk_household_municipality_id FOREIGN KEY(municipality_id) REFERENCES municipality (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_household_municipality_id ON household (municipality_id);
CREATE INDEX ix_household_name ON household (name);
CREATE TABLE interest_declaration (
	call_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	day TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_interest_declaration PRIMARY KEY (id), 
	CONSTRAINT uq_interest_declaration_call_id_member_id UNIQUE (call_id, member_id), 
	CONSTRAINT fk_interest_declaration_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_interest_declaration_member_id FOREIGN KEY(member_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_interest_declaration_call_id ON interest_declaration (call_id);
CREATE INDEX ix_interest_declaration_member_id ON interest_declaration (member_id);
CREATE TABLE meeting_pause (
	meeting_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	time_from TEXT NOT NULL, 
	time_to TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_meeting_pause PRIMARY KEY (id), 
	CONSTRAINT ck_meeting_pause_time_from_valid CHECK (time_from = '' or (time_from like '__:__' and time_from >= '00:00' and time_from <= '23:59' and substr(time_from, 4, 2) <= '59')), 
	CONSTRAINT ck_meeting_pause_time_to_valid CHECK (time_to = '' or (time_to like '__:__' and time_to >= '00:00' and time_to <= '23:59' and substr(time_to, 4, 2) <= '59')), 
	CONSTRAINT ck_meeting_pause_time_from_given CHECK (time_from <> ''), 
	CONSTRAINT fk_meeting_pause_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_meeting_pause_meeting_id ON meeting_pause (meeting_id);
CREATE TABLE minutes (
	meeting_id TEXT NOT NULL, 
	date_approved TEXT NOT NULL, 
	approved_at TEXT NOT NULL, 
	content TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	journal_head TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_minutes PRIMARY KEY (id), 
	CONSTRAINT uq_minutes_meeting_id UNIQUE (meeting_id), 
	CONSTRAINT fk_minutes_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_minutes_meeting_id ON minutes (meeting_id);
CREATE TABLE omission (
	meeting_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	passage TEXT NOT NULL, 
	ground TEXT NOT NULL, 
	kept INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_omission PRIMARY KEY (id), 
	CONSTRAINT ck_omission_passage_given CHECK (passage <> ''), 
	CONSTRAINT ck_omission_ground_given CHECK (ground <> ''), 
	CONSTRAINT fk_omission_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_omission_meeting_id ON omission (meeting_id);
CREATE TABLE organisation_seat (
	organisation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	municipality_id TEXT, 
	place TEXT NOT NULL, 
	address TEXT NOT NULL, 
	postcode TEXT NOT NULL, 
	province TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_organisation_seat PRIMARY KEY (id), 
	CONSTRAINT ck_organisation_seat_kind_known CHECK (kind in ('legal', 'operating', 'other')), 
	CONSTRAINT fk_organisation_seat_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_organisation_seat_municipality_id FOREIGN KEY(municipality_id) REFERENCES municipality (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_organisation_seat_municipality_id ON organisation_seat (municipality_id);
CREATE INDEX ix_organisation_seat_organisation_id ON organisation_seat (organisation_id);
CREATE TABLE pot_source (
	pot_id TEXT NOT NULL, 
	source_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_pot_source PRIMARY KEY (id), 
	CONSTRAINT uq_pot_source_pot_id_source_id UNIQUE (pot_id, source_id), 
	CONSTRAINT fk_pot_source_pot_id FOREIGN KEY(pot_id) REFERENCES pot (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_pot_source_source_id FOREIGN KEY(source_id) REFERENCES funding_source (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_pot_source_pot_id ON pot_source (pot_id);
CREATE INDEX ix_pot_source_source_id ON pot_source (source_id);
CREATE TABLE ranking (
	call_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	day TEXT NOT NULL, 
	by_area INTEGER NOT NULL, 
	manner TEXT NOT NULL, 
	rescale TEXT NOT NULL, 
	share_max TEXT NOT NULL, 
	accept_days INTEGER NOT NULL, 
	draw TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	note TEXT NOT NULL, 
	inputs TEXT NOT NULL, 
	inputs_hash TEXT NOT NULL, 
	adopted_at TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_ranking PRIMARY KEY (id), 
	CONSTRAINT ck_ranking_state_known CHECK (state in ('draft', 'adopted')), 
	CONSTRAINT ck_ranking_manner_known CHECK (manner in ('full', 'skip', 'part', 'rescaled')), 
	CONSTRAINT ck_ranking_rescale_known CHECK (rescale in ('equal_cut', 'requests', 'points', 'by_hand')), 
	CONSTRAINT ck_ranking_draw_known CHECK (draw in ('none', 'numbers', 'seed')), 
	CONSTRAINT ck_ranking_number_positive CHECK (number > 0), 
	CONSTRAINT ck_ranking_accept_days_not_negative CHECK (accept_days >= 0), 
	CONSTRAINT ck_ranking_adopted_when CHECK ((adopted_at is null) = (state = 'draft')), 
	CONSTRAINT uq_ranking_call_id_number UNIQUE (call_id, number), 
	CONSTRAINT fk_ranking_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_ranking_call_id ON ranking (call_id);
CREATE TABLE scoring_grid (
	call_id TEXT NOT NULL, 
	committee_id TEXT, 
	name TEXT NOT NULL, 
	manner TEXT NOT NULL, 
	mean TEXT NOT NULL, 
	decimals INTEGER NOT NULL, 
	rounding TEXT NOT NULL, 
	rounding_place TEXT NOT NULL, 
	digits INTEGER NOT NULL, 
	total_max INTEGER NOT NULL, 
	total_capped INTEGER NOT NULL, 
	threshold INTEGER, 
	locked_at TEXT, 
	source TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_scoring_grid PRIMARY KEY (id), 
	CONSTRAINT ck_scoring_grid_manner_known CHECK (manner in ('collegial', 'individual')), 
	CONSTRAINT ck_scoring_grid_mean_known CHECK (mean in ('mean', 'trimmed')), 
	CONSTRAINT ck_scoring_grid_rounding_known CHECK (rounding in ('none', 'half_up', 'half_even', 'down')), 
	CONSTRAINT ck_scoring_grid_rounding_place_known CHECK (rounding_place in ('total', 'criterion')), 
	CONSTRAINT ck_scoring_grid_name_given CHECK (name <> ''), 
	CONSTRAINT ck_scoring_grid_decimals_few CHECK (decimals between 0 and 3), 
	CONSTRAINT ck_scoring_grid_digits_few CHECK (digits between 0 and 6), 
	CONSTRAINT ck_scoring_grid_total_max_positive CHECK (total_max > 0), 
	CONSTRAINT ck_scoring_grid_total_max_within_reason CHECK (abs(total_max) <= 1000000000), 
	CONSTRAINT ck_scoring_grid_threshold_within_reason CHECK (abs(threshold) <= 1000000000), 
	CONSTRAINT uq_scoring_grid_call_id UNIQUE (call_id), 
	CONSTRAINT fk_scoring_grid_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_scoring_grid_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_scoring_grid_committee_id ON scoring_grid (committee_id);
CREATE TABLE signature (
	signed_copy_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	signer TEXT NOT NULL, 
	signer_code TEXT NOT NULL, 
	issuer TEXT NOT NULL, 
	certificate TEXT NOT NULL, 
	signed_at TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_signature PRIMARY KEY (id), 
	CONSTRAINT ck_signature_signer_given CHECK (signer <> ''), 
	CONSTRAINT uq_signature_signed_copy_id_certificate UNIQUE (signed_copy_id, certificate), 
	CONSTRAINT fk_signature_signed_copy_id FOREIGN KEY(signed_copy_id) REFERENCES signed_copy (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_signature_signed_copy_id ON signature (signed_copy_id);
CREATE TABLE source_reservation (
	source_id TEXT NOT NULL, 
	area_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_source_reservation PRIMARY KEY (id), 
	CONSTRAINT uq_source_reservation_source_id_area_id UNIQUE (source_id, area_id), 
	CONSTRAINT fk_source_reservation_source_id FOREIGN KEY(source_id) REFERENCES funding_source (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_source_reservation_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_source_reservation_area_id ON source_reservation (area_id);
CREATE INDEX ix_source_reservation_source_id ON source_reservation (source_id);
CREATE TABLE absence (
	attendance_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	time_out TEXT NOT NULL, 
	time_in TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_absence PRIMARY KEY (id), 
	CONSTRAINT ck_absence_time_out_valid CHECK (time_out = '' or (time_out like '__:__' and time_out >= '00:00' and time_out <= '23:59' and substr(time_out, 4, 2) <= '59')), 
	CONSTRAINT ck_absence_time_in_valid CHECK (time_in = '' or (time_in like '__:__' and time_in >= '00:00' and time_in <= '23:59' and substr(time_in, 4, 2) <= '59')), 
	CONSTRAINT ck_absence_time_out_given CHECK (time_out <> ''), 
	CONSTRAINT fk_absence_attendance_id FOREIGN KEY(attendance_id) REFERENCES attendance (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_absence_attendance_id ON absence (attendance_id);
CREATE TABLE criterion (
	grid_id TEXT NOT NULL, 
	parent_id TEXT, 
	position INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	text TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	effect TEXT NOT NULL, 
	points_min INTEGER NOT NULL, 
	points_max INTEGER NOT NULL, 
	step INTEGER, 
	weight INTEGER NOT NULL, 
	threshold INTEGER, 
	reason_required INTEGER NOT NULL, 
	measure TEXT, 
	measure_low INTEGER, 
	measure_high INTEGER, 
	gate_measure TEXT, 
	gate_min INTEGER, 
	gate_text TEXT NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_criterion PRIMARY KEY (id), 
	CONSTRAINT ck_criterion_kind_known CHECK (kind in ('group', 'range', 'ladder', 'yes_no', 'computed')), 
	CONSTRAINT ck_criterion_effect_known CHECK (effect in ('counts', 'bonus', 'penalty')), 
	CONSTRAINT ck_criterion_measure_known CHECK (measure in ('cofinancing_share', 'cofinancing', 'grant', 'total_cost', 'bodies', 'public_bodies', 'non_profit_bodies', 'companies', 'recipients', 'months')), 
	CONSTRAINT ck_criterion_gate_measure_known CHECK (gate_measure in ('cofinancing_share', 'cofinancing', 'grant', 'total_cost', 'bodies', 'public_bodies', 'non_profit_bodies', 'companies', 'recipients', 'months')), 
	CONSTRAINT ck_criterion_named CHECK (code <> '' and name <> ''), 
	CONSTRAINT ck_criterion_points_in_order CHECK (points_min <= points_max), 
	CONSTRAINT ck_criterion_weight_positive CHECK (weight > 0), 
	CONSTRAINT ck_criterion_step_positive CHECK (step > 0), 
	CONSTRAINT ck_criterion_measured_when_computed CHECK ((measure is null) = (kind <> 'computed')), 
	CONSTRAINT ck_criterion_gate_whole CHECK ((gate_measure is null) = (gate_min is null)), 
	CONSTRAINT ck_criterion_points_min_within_reason CHECK (abs(points_min) <= 1000000000), 
	CONSTRAINT ck_criterion_points_max_within_reason CHECK (abs(points_max) <= 1000000000), 
	CONSTRAINT ck_criterion_weight_within_reason CHECK (abs(weight) <= 1000000000), 
	CONSTRAINT ck_criterion_threshold_within_reason CHECK (abs(threshold) <= 1000000000), 
	CONSTRAINT fk_criterion_grid_id FOREIGN KEY(grid_id) REFERENCES scoring_grid (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_criterion_parent_id FOREIGN KEY(parent_id) REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_criterion_grid_id ON criterion (grid_id);
CREATE INDEX ix_criterion_parent_id ON criterion (parent_id);
CREATE TABLE decision (
	agenda_item_id TEXT NOT NULL, 
	committee_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	year INTEGER, 
	number INTEGER, 
	subject TEXT NOT NULL, 
	text TEXT NOT NULL, 
	effective_at TEXT, 
	scenario_id TEXT, 
	split_terms TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_decision PRIMARY KEY (id), 
	CONSTRAINT ck_decision_kind_known CHECK (kind in ('plain', 'admission', 'allocation', 'award', 'residue', 'savings', 'revocation')), 
	CONSTRAINT ck_decision_numbered_when_effective CHECK ((number is null) = (effective_at is null)), 
	CONSTRAINT uq_decision_committee_id_year_number UNIQUE (committee_id, year, number), 
	CONSTRAINT uq_decision_agenda_item_id UNIQUE (agenda_item_id), 
	CONSTRAINT fk_decision_agenda_item_id FOREIGN KEY(agenda_item_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_scenario_id FOREIGN KEY(scenario_id) REFERENCES scenario (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_decision_agenda_item_id ON decision (agenda_item_id);
CREATE INDEX ix_decision_committee_id ON decision (committee_id);
CREATE INDEX ix_decision_scenario_id ON decision (scenario_id);
CREATE TABLE erratum (
	minutes_id TEXT NOT NULL, 
	committee_id TEXT NOT NULL, 
	meeting_id TEXT, 
	year INTEGER, 
	number INTEGER, 
	reason TEXT NOT NULL, 
	date_approved TEXT, 
	approved_at TEXT, 
	content TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	journal_head TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_erratum PRIMARY KEY (id), 
	CONSTRAINT ck_erratum_reason_given CHECK (reason <> ''), 
	CONSTRAINT ck_erratum_numbered_when_approved CHECK ((number is null) = (approved_at is null)), 
	CONSTRAINT ck_erratum_frozen_when_approved CHECK ((number is null) = (content = '')), 
	CONSTRAINT uq_erratum_committee_id_year_number UNIQUE (committee_id, year, number), 
	CONSTRAINT fk_erratum_minutes_id FOREIGN KEY(minutes_id) REFERENCES minutes (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_erratum_committee_id FOREIGN KEY(committee_id) REFERENCES committee (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_erratum_meeting_id FOREIGN KEY(meeting_id) REFERENCES meeting (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_erratum_committee_id ON erratum (committee_id);
CREATE INDEX ix_erratum_meeting_id ON erratum (meeting_id);
CREATE INDEX ix_erratum_minutes_id ON erratum (minutes_id);
CREATE TABLE household_member (
	household_id TEXT NOT NULL, 
	individual_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kinship TEXT NOT NULL, 
	present INTEGER NOT NULL, 
	work TEXT NOT NULL, 
	employer_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_household_member PRIMARY KEY (id), 
	CONSTRAINT ck_household_member_kinship_known CHECK (kinship in ('parent', 'child', 'assisted', 'other')), 
	CONSTRAINT ck_household_member_work_known CHECK (work in ('unknown', 'employed', 'self_employed', 'active_policy', 'not_working')), 
	CONSTRAINT uq_household_member_household_id_individual_id UNIQUE (household_id, individual_id), 
	CONSTRAINT fk_household_member_household_id FOREIGN KEY(household_id) REFERENCES household (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_household_member_individual_id FOREIGN KEY(individual_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_household_member_employer_id FOREIGN KEY(employer_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_household_member_employer_id ON household_member (employer_id);
CREATE INDEX ix_household_member_household_id ON household_member (household_id);
CREATE INDEX ix_household_member_individual_id ON household_member (individual_id);
CREATE TABLE vote (
	agenda_item_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	choice TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_vote PRIMARY KEY (id), 
	CONSTRAINT ck_vote_choice_known CHECK (choice in ('favour', 'against', 'abstain')), 
	CONSTRAINT uq_vote_agenda_item_id_member_id UNIQUE (agenda_item_id, member_id), 
	CONSTRAINT fk_vote_agenda_item_id FOREIGN KEY(agenda_item_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_vote_member_id FOREIGN KEY(member_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_vote_agenda_item_id ON vote (agenda_item_id);
CREATE INDEX ix_vote_member_id ON vote (member_id);
CREATE TABLE allocation (
	decision_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	total INTEGER NOT NULL, 
	equal_share INTEGER NOT NULL, 
	leftover TEXT NOT NULL, 
	basis TEXT NOT NULL, 
	parts TEXT NOT NULL, 
	tie_order TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_allocation PRIMARY KEY (id), 
	CONSTRAINT ck_allocation_rule_known CHECK (rule in ('equal', 'weights', 'mixed', 'ranking', 'by_hand')), 
	CONSTRAINT ck_allocation_leftover_known CHECK (leftover in ('again', 'stays')), 
	CONSTRAINT ck_allocation_basis_known CHECK (basis in ('own', 'requests', 'awards', 'ceilings', 'points', 'population', 'recipients', 'indicators')), 
	CONSTRAINT ck_allocation_total_positive CHECK (total > 0), 
	CONSTRAINT ck_allocation_equal_share_percentage CHECK (equal_share between 0 and 100), 
	CONSTRAINT fk_allocation_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_allocation_decision_id ON allocation (decision_id);
CREATE TABLE call_rules (
	call_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	decision_id TEXT, 
	date_opened TEXT, 
	time_opened TEXT NOT NULL, 
	date_closed TEXT, 
	time_closed TEXT NOT NULL, 
	channel TEXT, 
	amount_total INTEGER, 
	lead_seat TEXT NOT NULL, 
	bodies_min INTEGER, 
	lead_max INTEGER, 
	join_max INTEGER, 
	cofinancing_min TEXT, 
	grant_share_max TEXT, 
	grant_max INTEGER, 
	cost_min INTEGER, 
	cost_max INTEGER, 
	vat TEXT, 
	months_min INTEGER, 
	months_max INTEGER, 
	start_first TEXT, 
	start_last TEXT, 
	end_last TEXT, 
	grid TEXT NOT NULL, 
	award TEXT, 
	award_text TEXT NOT NULL, 
	final_rule TEXT, 
	findings TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_call_rules PRIMARY KEY (id), 
	CONSTRAINT ck_call_rules_channel_known CHECK (channel in ('pec', 'online', 'email', 'post', 'hand')), 
	CONSTRAINT ck_call_rules_vat_known CHECK (vat in ('included', 'excluded')), 
	CONSTRAINT ck_call_rules_award_known CHECK (award in ('ranking_by_area', 'ranking', 'rescaling', 'arrival', 'other')), 
	CONSTRAINT ck_call_rules_final_rule_known CHECK (final_rule in ('spent', 'ratio')), 
	CONSTRAINT ck_call_rules_findings_known CHECK (findings in ('blocking', 'warning')), 
	CONSTRAINT ck_call_rules_time_opened_valid CHECK (time_opened = '' or (time_opened like '__:__' and time_opened >= '00:00' and time_opened <= '23:59' and substr(time_opened, 4, 2) <= '59')), 
	CONSTRAINT ck_call_rules_time_closed_valid CHECK (time_closed = '' or (time_closed like '__:__' and time_closed >= '00:00' and time_closed <= '23:59' and substr(time_closed, 4, 2) <= '59')), 
	CONSTRAINT ck_call_rules_version_positive CHECK (version > 0), 
	CONSTRAINT ck_call_rules_amount_total_not_negative CHECK (amount_total >= 0 and amount_total <= 9000000000000000), 
	CONSTRAINT ck_call_rules_grant_max_not_negative CHECK (grant_max >= 0 and grant_max <= 9000000000000000), 
	CONSTRAINT ck_call_rules_cost_min_not_negative CHECK (cost_min >= 0 and cost_min <= 9000000000000000), 
	CONSTRAINT ck_call_rules_cost_max_not_negative CHECK (cost_max >= 0 and cost_max <= 9000000000000000), 
	CONSTRAINT uq_call_rules_call_id_version UNIQUE (call_id, version), 
	CONSTRAINT fk_call_rules_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_call_rules_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_call_rules_call_id ON call_rules (call_id);
CREATE INDEX ix_call_rules_decision_id ON call_rules (decision_id);
CREATE TABLE ceiling (
	account_id TEXT NOT NULL, 
	decision_id TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_ceiling PRIMARY KEY (id), 
	CONSTRAINT ck_ceiling_amount_not_negative CHECK (amount >= 0), 
	CONSTRAINT fk_ceiling_account_id FOREIGN KEY(account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ceiling_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_ceiling_account_id ON ceiling (account_id);
CREATE INDEX ix_ceiling_decision_id ON ceiling (decision_id);
CREATE TABLE criterion_step (
	criterion_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	points INTEGER NOT NULL, 
	from_value INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_criterion_step PRIMARY KEY (id), 
	CONSTRAINT ck_criterion_step_points_within_reason CHECK (abs(points) <= 1000000000), 
	CONSTRAINT ck_criterion_step_name_given CHECK (name <> ''), 
	CONSTRAINT fk_criterion_step_criterion_id FOREIGN KEY(criterion_id) REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_criterion_step_criterion_id ON criterion_step (criterion_id);
CREATE TABLE decision_ceiling (
	decision_id TEXT NOT NULL, 
	area_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_decision_ceiling PRIMARY KEY (id), 
	CONSTRAINT ck_decision_ceiling_amount_not_negative CHECK (amount >= 0), 
	CONSTRAINT fk_decision_ceiling_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_ceiling_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_decision_ceiling_area_id ON decision_ceiling (area_id);
CREATE INDEX ix_decision_ceiling_decision_id ON decision_ceiling (decision_id);
CREATE TABLE erratum_line (
	erratum_id TEXT NOT NULL, 
	agenda_item_id TEXT, 
	position INTEGER NOT NULL, 
	wrong TEXT NOT NULL, 
	"right" TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_erratum_line PRIMARY KEY (id), 
	CONSTRAINT ck_erratum_line_wrong_given CHECK (wrong <> ''), 
	CONSTRAINT fk_erratum_line_erratum_id FOREIGN KEY(erratum_id) REFERENCES erratum (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_erratum_line_agenda_item_id FOREIGN KEY(agenda_item_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_erratum_line_agenda_item_id ON erratum_line (agenda_item_id);
CREATE INDEX ix_erratum_line_erratum_id ON erratum_line (erratum_id);
CREATE TABLE finding_acceptance (
	code TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	declared TEXT NOT NULL, 
	computed TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	decision_id TEXT, 
	accepted_by TEXT NOT NULL, 
	accepted_at TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_finding_acceptance PRIMARY KEY (id), 
	CONSTRAINT ck_finding_acceptance_reason_given CHECK (reason <> ''), 
	CONSTRAINT uq_finding_acceptance_code_subject_id_declared_computed UNIQUE (code, subject_id, declared, computed), 
	CONSTRAINT fk_finding_acceptance_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_finding_acceptance_decision_id ON finding_acceptance (decision_id);
CREATE TABLE follow_up (
	decision_id TEXT NOT NULL, 
	text TEXT NOT NULL, 
	person TEXT NOT NULL, 
	date_due TEXT, 
	state TEXT NOT NULL, 
	date_done TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_follow_up PRIMARY KEY (id), 
	CONSTRAINT ck_follow_up_state_known CHECK (state in ('open', 'done', 'dropped')), 
	CONSTRAINT ck_follow_up_text_given CHECK (text <> ''), 
	CONSTRAINT fk_follow_up_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_follow_up_decision_id ON follow_up (decision_id);
CREATE TABLE rescaling (
	area_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	total INTEGER NOT NULL, 
	rule TEXT NOT NULL, 
	note TEXT NOT NULL, 
	decision_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rescaling PRIMARY KEY (id), 
	CONSTRAINT ck_rescaling_rule_known CHECK (rule in ('equal_cut', 'requests', 'points', 'by_hand')), 
	CONSTRAINT ck_rescaling_name_given CHECK (name <> ''), 
	CONSTRAINT ck_rescaling_total_positive CHECK (total > 0 and total <= 9000000000000000), 
	CONSTRAINT fk_rescaling_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_rescaling_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rescaling_area_id ON rescaling (area_id);
CREATE INDEX ix_rescaling_decision_id ON rescaling (decision_id);
CREATE TABLE transfer (
	kind TEXT NOT NULL, 
	day TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	act_id TEXT, 
	decision_id TEXT, 
	reverses_id TEXT, 
	reservation_id TEXT, 
	made_at TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	imbalance INTEGER NOT NULL, 
	postings_left INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_transfer PRIMARY KEY (id), 
	CONSTRAINT ck_transfer_kind_known CHECK (kind in ('funding', 'allocation', 'award', 'residue', 'premium', 'savings', 'rescale', 'amendment', 'provision', 'reservation', 'settlement', 'release', 'payment', 'recovery', 'revocation', 'reversal')), 
	CONSTRAINT ck_transfer_day_exists CHECK (day is date(day, '+0 days')), 
	CONSTRAINT ck_transfer_reason_given CHECK (reason <> ''), 
	CONSTRAINT ck_transfer_postings_left_not_negative CHECK (postings_left >= 0), 
	CONSTRAINT ck_transfer_allowed_by CHECK (decision_id is not null or (act_id is not null and kind in ('funding', 'reversal'))), 
	CONSTRAINT ck_transfer_reversal_names_its_transfer CHECK ((kind = 'reversal') = (reverses_id is not null)), 
	CONSTRAINT ck_transfer_settlement_names_its_reservation CHECK (kind in ('settlement', 'release') = (reservation_id is not null and kind <> 'reversal')), 
	CONSTRAINT fk_transfer_act_id FOREIGN KEY(act_id) REFERENCES act (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_transfer_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_transfer_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_transfer_reverses_id FOREIGN KEY(reverses_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_transfer_reservation_id FOREIGN KEY(reservation_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_transfer_imbalance FOREIGN KEY(imbalance) REFERENCES zero (value) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_transfer_postings_left FOREIGN KEY(postings_left) REFERENCES zero (value) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_transfer_day ON transfer (day);
CREATE INDEX ix_transfer_decision_id ON transfer (decision_id);
CREATE INDEX ix_transfer_reservation_id ON transfer (reservation_id);
CREATE TABLE decision_move (
	decision_id TEXT NOT NULL, 
	allocation_id TEXT, 
	position INTEGER NOT NULL, 
	bundle INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	from_account_id TEXT NOT NULL, 
	to_account_id TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_decision_move PRIMARY KEY (id), 
	CONSTRAINT ck_decision_move_kind_known CHECK (kind in ('funding', 'allocation', 'award', 'residue', 'premium', 'savings', 'rescale', 'amendment', 'provision', 'reservation', 'settlement', 'release', 'payment', 'recovery', 'revocation', 'reversal')), 
	CONSTRAINT ck_decision_move_amount_positive CHECK (amount > 0), 
	CONSTRAINT ck_decision_move_two_accounts CHECK (from_account_id <> to_account_id), 
	CONSTRAINT fk_decision_move_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_move_allocation_id FOREIGN KEY(allocation_id) REFERENCES allocation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_move_from_account_id FOREIGN KEY(from_account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_move_to_account_id FOREIGN KEY(to_account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_decision_move_allocation_id ON decision_move (allocation_id);
CREATE INDEX ix_decision_move_decision_id ON decision_move (decision_id);
CREATE INDEX ix_decision_move_from_account_id ON decision_move (from_account_id);
CREATE INDEX ix_decision_move_to_account_id ON decision_move (to_account_id);
CREATE TABLE posting (
	transfer_id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	cents INTEGER NOT NULL, 
	CONSTRAINT pk_posting PRIMARY KEY (transfer_id, account_id), 
	CONSTRAINT ck_posting_cents_in_range CHECK (cents <> 0 and abs(cents) <= 9000000000000000), 
	CONSTRAINT fk_posting_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_posting_account_id FOREIGN KEY(account_id) REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_posting_account_id_cents ON posting (account_id, cents);
CREATE TABLE proposal (
	call_id TEXT NOT NULL, 
	rules_id TEXT, 
	alliance_id TEXT NOT NULL, 
	area_id TEXT, 
	number INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	state TEXT NOT NULL, 
	context TEXT NOT NULL, 
	aims TEXT NOT NULL, 
	sustainability TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	date_received TEXT, 
	time_received TEXT NOT NULL, 
	channel TEXT, 
	signatory TEXT NOT NULL, 
	date_start TEXT, 
	duration_months INTEGER, 
	reopened TEXT NOT NULL, 
	total_declared INTEGER, 
	grant_declared INTEGER, 
	cofinancing_declared INTEGER, 
	share_declared TEXT NOT NULL, 
	grant_requested INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_proposal PRIMARY KEY (id), 
	CONSTRAINT ck_proposal_state_known CHECK (state in ('draft', 'submitted', 'to_integrate', 'admissible', 'not_admissible', 'evaluated', 'suitable', 'not_suitable', 'funded', 'funded_in_part', 'suitable_unfunded', 'accepted', 'renounced', 'started', 'concluded', 'revoked')), 
	CONSTRAINT ck_proposal_channel_known CHECK (channel in ('pec', 'online', 'email', 'post', 'hand')), 
	CONSTRAINT ck_proposal_title_given CHECK (title <> ''), 
	CONSTRAINT ck_proposal_duration_within_reason CHECK (duration_months between 1 and 120), 
	CONSTRAINT ck_proposal_time_received_valid CHECK (time_received = '' or (time_received like '__:__' and time_received >= '00:00' and time_received <= '23:59' and substr(time_received, 4, 2) <= '59')), 
	CONSTRAINT uq_proposal_call_id_number UNIQUE (call_id, number), 
	CONSTRAINT fk_proposal_call_id FOREIGN KEY(call_id) REFERENCES call (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_proposal_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_proposal_alliance_id FOREIGN KEY(alliance_id) REFERENCES alliance (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_proposal_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_proposal_alliance_id ON proposal (alliance_id);
CREATE INDEX ix_proposal_area_id ON proposal (area_id);
CREATE INDEX ix_proposal_call_id ON proposal (call_id);
CREATE INDEX ix_proposal_rules_id ON proposal (rules_id);
CREATE TABLE rules_amendment (
	share_max TEXT NOT NULL, 
	limit_base TEXT NOT NULL, 
	span TEXT NOT NULL, 
	duty TEXT NOT NULL, 
	days INTEGER, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_amendment PRIMARY KEY (id), 
	CONSTRAINT ck_rules_amendment_limit_base_known CHECK (limit_base in ('given', 'received', 'total')), 
	CONSTRAINT ck_rules_amendment_span_known CHECK (span in ('move', 'year', 'life')), 
	CONSTRAINT ck_rules_amendment_duty_known CHECK (duty in ('tell', 'authorise')), 
	CONSTRAINT ck_rules_amendment_days_positive CHECK (days > 0), 
	CONSTRAINT fk_rules_amendment_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_amendment_rules_id ON rules_amendment (rules_id);
CREATE TABLE rules_area (
	area_id TEXT NOT NULL, 
	amount INTEGER, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_area PRIMARY KEY (id), 
	CONSTRAINT ck_rules_area_amount_not_negative CHECK (amount >= 0 and amount <= 9000000000000000), 
	CONSTRAINT uq_rules_area_rules_id_area_id UNIQUE (rules_id, area_id), 
	CONSTRAINT fk_rules_area_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_rules_area_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_area_area_id ON rules_area (area_id);
CREATE INDEX ix_rules_area_rules_id ON rules_area (rules_id);
CREATE TABLE rules_cap (
	categories TEXT NOT NULL, 
	section TEXT, 
	share_max TEXT, 
	amount_max INTEGER, 
	base TEXT NOT NULL, 
	base_categories TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_cap PRIMARY KEY (id), 
	CONSTRAINT ck_rules_cap_section_known CHECK (section in ('costs', 'contribution')), 
	CONSTRAINT ck_rules_cap_base_known CHECK (base in ('total', 'grant', 'section', 'categories')), 
	CONSTRAINT ck_rules_cap_severity_known CHECK (severity in ('blocking', 'warning')), 
	CONSTRAINT ck_rules_cap_one_limit CHECK ((share_max is null) <> (amount_max is null)), 
	CONSTRAINT ck_rules_cap_amount_not_negative CHECK (amount_max >= 0 and amount_max <= 9000000000000000), 
	CONSTRAINT fk_rules_cap_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_cap_rules_id ON rules_cap (rules_id);
CREATE TABLE rules_category (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	costs INTEGER NOT NULL, 
	contribution INTEGER NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_category PRIMARY KEY (id), 
	CONSTRAINT ck_rules_category_code_given CHECK (code <> ''), 
	CONSTRAINT ck_rules_category_some_section CHECK (costs or contribution), 
	CONSTRAINT uq_rules_category_rules_id_code UNIQUE (rules_id, code), 
	CONSTRAINT fk_rules_category_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_category_rules_id ON rules_category (rules_id);
CREATE TABLE rules_document (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_document PRIMARY KEY (id), 
	CONSTRAINT ck_rules_document_remedy_known CHECK (remedy in ('blocking', 'curable')), 
	CONSTRAINT uq_rules_document_rules_id_code UNIQUE (rules_id, code), 
	CONSTRAINT fk_rules_document_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_document_rules_id ON rules_document (rules_id);
CREATE TABLE rules_item (
	code TEXT NOT NULL, 
	text TEXT NOT NULL, 
	ground TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	rule TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_item PRIMARY KEY (id), 
	CONSTRAINT ck_rules_item_remedy_known CHECK (remedy in ('blocking', 'curable')), 
	CONSTRAINT uq_rules_item_rules_id_code UNIQUE (rules_id, code), 
	CONSTRAINT fk_rules_item_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_item_rules_id ON rules_item (rules_id);
CREATE TABLE rules_lead (
	kind TEXT NOT NULL, 
	size_max TEXT, 
	condition TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_lead PRIMARY KEY (id), 
	CONSTRAINT ck_rules_lead_kind_known CHECK (kind in ('public_body', 'special_agency', 'territorial_area', 'health_agency', 'province', 'cooperative', 'association', 'foundation', 'union', 'employers_association', 'company', 'school', 'other')), 
	CONSTRAINT ck_rules_lead_size_max_known CHECK (size_max in ('unknown', 'micro', 'small', 'medium', 'large')), 
	CONSTRAINT uq_rules_lead_rules_id_kind UNIQUE (rules_id, kind), 
	CONSTRAINT fk_rules_lead_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_lead_rules_id ON rules_lead (rules_id);
CREATE TABLE rules_partners (
	counted TEXT NOT NULL, 
	size_max TEXT, 
	number_min INTEGER NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_partners PRIMARY KEY (id), 
	CONSTRAINT ck_rules_partners_counted_known CHECK (counted in ('any', 'public', 'non_profit', 'public_body', 'special_agency', 'territorial_area', 'health_agency', 'province', 'cooperative', 'association', 'foundation', 'union', 'employers_association', 'company', 'school', 'other')), 
	CONSTRAINT ck_rules_partners_size_max_known CHECK (size_max in ('unknown', 'micro', 'small', 'medium', 'large')), 
	CONSTRAINT ck_rules_partners_number_positive CHECK (number_min > 0), 
	CONSTRAINT fk_rules_partners_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_partners_rules_id ON rules_partners (rules_id);
CREATE TABLE rules_seat (
	held_by TEXT NOT NULL, 
	counted TEXT NOT NULL, 
	needed TEXT NOT NULL, 
	places TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_seat PRIMARY KEY (id), 
	CONSTRAINT ck_rules_seat_held_by_known CHECK (held_by in ('lead', 'partner', 'every')), 
	CONSTRAINT ck_rules_seat_counted_known CHECK (counted in ('any', 'public', 'non_profit', 'public_body', 'special_agency', 'territorial_area', 'health_agency', 'province', 'cooperative', 'association', 'foundation', 'union', 'employers_association', 'company', 'school', 'other')), 
	CONSTRAINT ck_rules_seat_needed_known CHECK (needed in ('legal', 'operating', 'both', 'either')), 
	CONSTRAINT fk_rules_seat_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_seat_rules_id ON rules_seat (rules_id);
CREATE TABLE rules_source (
	rule TEXT NOT NULL, 
	note TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_source PRIMARY KEY (id), 
	CONSTRAINT uq_rules_source_rules_id_rule UNIQUE (rules_id, rule), 
	CONSTRAINT fk_rules_source_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_source_rules_id ON rules_source (rules_id);
CREATE TABLE rules_tie (
	criterion TEXT NOT NULL, 
	text TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_tie PRIMARY KEY (id), 
	CONSTRAINT ck_rules_tie_criterion_known CHECK (criterion in ('points', 'cofinancing', 'draw', 'arrival', 'committee', 'other')), 
	CONSTRAINT fk_rules_tie_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_tie_rules_id ON rules_tie (rules_id);
CREATE TABLE rules_tranche (
	share TEXT NOT NULL, 
	paid_when TEXT NOT NULL, 
	spent_min TEXT, 
	guarantee INTEGER NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rules_tranche PRIMARY KEY (id), 
	CONSTRAINT ck_rules_tranche_paid_when_known CHECK (paid_when in ('start', 'spent', 'report')), 
	CONSTRAINT fk_rules_tranche_rules_id FOREIGN KEY(rules_id) REFERENCES call_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rules_tranche_rules_id ON rules_tranche (rules_id);
CREATE TABLE action (
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	text TEXT NOT NULL, 
	month_from INTEGER, 
	month_to INTEGER, 
	months_note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_action PRIMARY KEY (id), 
	CONSTRAINT ck_action_months_in_order CHECK ((month_from is null) = (month_to is null) and (month_from is null or (month_from >= 1 and month_from <= month_to and month_to <= 120))), 
	CONSTRAINT uq_action_proposal_id_position UNIQUE (proposal_id, position), 
	CONSTRAINT fk_action_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_action_proposal_id ON action (proposal_id);
CREATE TABLE budget (
	proposal_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_budget PRIMARY KEY (id), 
	CONSTRAINT ck_budget_version_positive CHECK (version > 0), 
	CONSTRAINT uq_budget_proposal_id_version UNIQUE (proposal_id, version), 
	CONSTRAINT fk_budget_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_budget_proposal_id ON budget (proposal_id);
CREATE TABLE conflict_declaration (
	agenda_item_id TEXT NOT NULL, 
	member_id TEXT NOT NULL, 
	proposal_id TEXT, 
	kind TEXT NOT NULL, 
	ground TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_conflict_declaration PRIMARY KEY (id), 
	CONSTRAINT ck_conflict_declaration_kind_known CHECK (kind in ('abstention', 'incompatible')), 
	CONSTRAINT uq_conflict_declaration_agenda_item_id_member_id UNIQUE (agenda_item_id, member_id), 
	CONSTRAINT fk_conflict_declaration_agenda_item_id FOREIGN KEY(agenda_item_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_conflict_declaration_member_id FOREIGN KEY(member_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_conflict_declaration_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_conflict_declaration_agenda_item_id ON conflict_declaration (agenda_item_id);
CREATE INDEX ix_conflict_declaration_member_id ON conflict_declaration (member_id);
CREATE INDEX ix_conflict_declaration_proposal_id ON conflict_declaration (proposal_id);
CREATE TABLE decision_outcome (
	decision_id TEXT NOT NULL, 
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_decision_outcome PRIMARY KEY (id), 
	CONSTRAINT ck_decision_outcome_state_known CHECK (state in ('draft', 'submitted', 'to_integrate', 'admissible', 'not_admissible', 'evaluated', 'suitable', 'not_suitable', 'funded', 'funded_in_part', 'suitable_unfunded', 'accepted', 'renounced', 'started', 'concluded', 'revoked')), 
	CONSTRAINT uq_decision_outcome_decision_id_proposal_id UNIQUE (decision_id, proposal_id), 
	CONSTRAINT fk_decision_outcome_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_outcome_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_decision_outcome_decision_id ON decision_outcome (decision_id);
CREATE INDEX ix_decision_outcome_proposal_id ON decision_outcome (proposal_id);
CREATE TABLE decision_take (
	decision_id TEXT NOT NULL, 
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	to_recover INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_decision_take PRIMARY KEY (id), 
	CONSTRAINT ck_decision_take_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_decision_take_to_recover_within CHECK (to_recover between 0 and amount), 
	CONSTRAINT uq_decision_take_decision_id_proposal_id UNIQUE (decision_id, proposal_id), 
	CONSTRAINT fk_decision_take_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_decision_take_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_decision_take_decision_id ON decision_take (decision_id);
CREATE INDEX ix_decision_take_proposal_id ON decision_take (proposal_id);
CREATE TABLE expected_result (
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_expected_result PRIMARY KEY (id), 
	CONSTRAINT fk_expected_result_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_expected_result_proposal_id ON expected_result (proposal_id);
CREATE TABLE expense_report (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	final INTEGER NOT NULL, 
	date_received TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	note TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	sample_share TEXT NOT NULL, 
	seed TEXT NOT NULL, 
	date_approved TEXT, 
	granted INTEGER, 
	final_grant INTEGER, 
	bound TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_expense_report PRIMARY KEY (id), 
	CONSTRAINT ck_expense_report_state_known CHECK (state in ('open', 'checking', 'approved')), 
	CONSTRAINT ck_expense_report_mode_known CHECK (mode in ('whole', 'sample')), 
	CONSTRAINT ck_expense_report_bound_known CHECK (bound in ('granted', 'spent', 'cap', 'cofinancing', 'ratio')), 
	CONSTRAINT uq_expense_report_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_expense_report_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_expense_report_proposal_id ON expense_report (proposal_id);
CREATE TABLE integration_request (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	protocol TEXT NOT NULL, 
	date_sent TEXT NOT NULL, 
	date_due TEXT NOT NULL, 
	time_due TEXT NOT NULL, 
	text TEXT NOT NULL, 
	signatory TEXT NOT NULL, 
	date_closed TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_integration_request PRIMARY KEY (id), 
	CONSTRAINT ck_integration_request_time_due_valid CHECK (time_due = '' or (time_due like '__:__' and time_due >= '00:00' and time_due <= '23:59' and substr(time_due, 4, 2) <= '59')), 
	CONSTRAINT ck_integration_request_due_after_sent CHECK (date_due >= date_sent), 
	CONSTRAINT ck_integration_request_number_positive CHECK (number > 0), 
	CONSTRAINT uq_integration_request_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_integration_request_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE TABLE interest_conflict (
	declaration_id TEXT NOT NULL, 
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	ground TEXT NOT NULL, 
	day TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_interest_conflict PRIMARY KEY (id), 
	CONSTRAINT ck_interest_conflict_kind_known CHECK (kind in ('abstention', 'incompatible')), 
	CONSTRAINT uq_interest_conflict_declaration_id_proposal_id UNIQUE (declaration_id, proposal_id), 
	CONSTRAINT fk_interest_conflict_declaration_id FOREIGN KEY(declaration_id) REFERENCES interest_declaration (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_interest_conflict_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_interest_conflict_declaration_id ON interest_conflict (declaration_id);
CREATE INDEX ix_interest_conflict_proposal_id ON interest_conflict (proposal_id);
CREATE TABLE objective (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_objective PRIMARY KEY (id), 
	CONSTRAINT uq_objective_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_objective_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_objective_proposal_id ON objective (proposal_id);
CREATE TABLE payment (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	tranche INTEGER, 
	amount INTEGER NOT NULL, 
	act TEXT NOT NULL, 
	act_day TEXT NOT NULL, 
	guarantee TEXT NOT NULL, 
	note TEXT NOT NULL, 
	decision_id TEXT NOT NULL, 
	date_paid TEXT, 
	transfer_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_payment PRIMARY KEY (id), 
	CONSTRAINT ck_payment_state_known CHECK (state in ('entered', 'released')), 
	CONSTRAINT ck_payment_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_payment_act_given CHECK (act <> ''), 
	CONSTRAINT ck_payment_released_by_transfer CHECK ((state = 'released') = (transfer_id is not null)), 
	CONSTRAINT uq_payment_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_payment_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_payment_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_payment_transfer_id UNIQUE (transfer_id), 
	CONSTRAINT fk_payment_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_payment_decision_id ON payment (decision_id);
CREATE INDEX ix_payment_proposal_id ON payment (proposal_id);
CREATE TABLE proposal_version (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	closed_at TEXT NOT NULL, 
	closed_by TEXT NOT NULL, 
	content TEXT NOT NULL, 
	content_hash TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_proposal_version PRIMARY KEY (id), 
	CONSTRAINT ck_proposal_version_number_positive CHECK (number > 0), 
	CONSTRAINT uq_proposal_version_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_proposal_version_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_proposal_version_proposal_id ON proposal_version (proposal_id);
CREATE TABLE ranking_place (
	ranking_id TEXT NOT NULL, 
	proposal_id TEXT NOT NULL, 
	area_id TEXT, 
	position INTEGER NOT NULL, 
	place INTEGER, 
	tied INTEGER NOT NULL, 
	settled_by INTEGER, 
	total TEXT NOT NULL, 
	amount_due INTEGER NOT NULL, 
	amount INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_ranking_place PRIMARY KEY (id), 
	CONSTRAINT ck_ranking_place_kind_known CHECK (kind in ('full', 'part', 'none')), 
	CONSTRAINT ck_ranking_place_amount_within_due CHECK (amount >= 0 and amount <= amount_due), 
	CONSTRAINT uq_ranking_place_ranking_id_proposal_id UNIQUE (ranking_id, proposal_id), 
	CONSTRAINT fk_ranking_place_ranking_id FOREIGN KEY(ranking_id) REFERENCES ranking (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ranking_place_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_ranking_place_area_id FOREIGN KEY(area_id) REFERENCES priority_area (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_ranking_place_area_id ON ranking_place (area_id);
CREATE INDEX ix_ranking_place_proposal_id ON ranking_place (proposal_id);
CREATE TABLE rescaling_line (
	rescaling_id TEXT NOT NULL, 
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	requested INTEGER, 
	points TEXT NOT NULL, 
	amount INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_rescaling_line PRIMARY KEY (id), 
	CONSTRAINT ck_rescaling_line_requested_not_negative CHECK (requested >= 0 and requested <= 9000000000000000), 
	CONSTRAINT ck_rescaling_line_amount_not_negative CHECK (amount >= 0 and amount <= 9000000000000000), 
	CONSTRAINT uq_rescaling_line_rescaling_id_proposal_id UNIQUE (rescaling_id, proposal_id), 
	CONSTRAINT fk_rescaling_line_rescaling_id FOREIGN KEY(rescaling_id) REFERENCES rescaling (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_rescaling_line_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_rescaling_line_proposal_id ON rescaling_line (proposal_id);
CREATE INDEX ix_rescaling_line_rescaling_id ON rescaling_line (rescaling_id);
CREATE TABLE score_opening (
	proposal_id TEXT NOT NULL, 
	opened_at TEXT NOT NULL, 
	opened_by TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_score_opening PRIMARY KEY (id), 
	CONSTRAINT uq_score_opening_proposal_id UNIQUE (proposal_id), 
	CONSTRAINT fk_score_opening_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE TABLE score_sheet (
	proposal_id TEXT NOT NULL, 
	member_id TEXT, 
	state TEXT NOT NULL, 
	given_at TEXT, 
	set_aside_at TEXT, 
	set_aside_reason TEXT NOT NULL, 
	note TEXT NOT NULL, 
	packet TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_score_sheet PRIMARY KEY (id), 
	CONSTRAINT ck_score_sheet_state_known CHECK (state in ('open', 'given', 'set_aside')), 
	CONSTRAINT ck_score_sheet_set_aside_when CHECK ((set_aside_at is null) = (state <> 'set_aside')), 
	CONSTRAINT ck_score_sheet_given_when CHECK (state <> 'given' or given_at is not null), 
	CONSTRAINT ck_score_sheet_set_aside_why CHECK (state <> 'set_aside' or set_aside_reason <> ''), 
	CONSTRAINT fk_score_sheet_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_score_sheet_member_id FOREIGN KEY(member_id) REFERENCES member (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_score_sheet_member_id ON score_sheet (member_id);
CREATE UNIQUE INDEX ix_score_sheet_of_all ON score_sheet (proposal_id) WHERE state <> 'set_aside' and member_id is null;
CREATE UNIQUE INDEX ix_score_sheet_of_member ON score_sheet (proposal_id, member_id) WHERE state <> 'set_aside' and member_id is not null;
CREATE INDEX ix_score_sheet_proposal_id ON score_sheet (proposal_id);
CREATE TABLE target (
	proposal_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	number_min INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_target PRIMARY KEY (id), 
	CONSTRAINT fk_target_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_target_proposal_id ON target (proposal_id);
CREATE TABLE action_objective (
	action_id TEXT NOT NULL, 
	objective_id TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_action_objective PRIMARY KEY (id), 
	CONSTRAINT uq_action_objective_action_id_objective_id UNIQUE (action_id, objective_id), 
	CONSTRAINT fk_action_objective_action_id FOREIGN KEY(action_id) REFERENCES action (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_action_objective_objective_id FOREIGN KEY(objective_id) REFERENCES objective (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_action_objective_action_id ON action_objective (action_id);
CREATE INDEX ix_action_objective_objective_id ON action_objective (objective_id);
CREATE TABLE amendment (
	proposal_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	day TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	activities TEXT NOT NULL, 
	opinion TEXT NOT NULL, 
	decision_id TEXT, 
	date_settled TEXT, 
	outcome TEXT NOT NULL, 
	base_id TEXT, 
	budget_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_amendment PRIMARY KEY (id), 
	CONSTRAINT ck_amendment_state_known CHECK (state in ('draft', 'submitted', 'free', 'to_tell', 'told', 'to_authorise', 'authorised', 'refused')), 
	CONSTRAINT ck_amendment_number_positive CHECK (number > 0), 
	CONSTRAINT ck_amendment_reason_given CHECK (reason <> ''), 
	CONSTRAINT uq_amendment_proposal_id_number UNIQUE (proposal_id, number), 
	CONSTRAINT fk_amendment_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_amendment_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_amendment_base_id FOREIGN KEY(base_id) REFERENCES budget (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_amendment_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_amendment_decision_id ON amendment (decision_id);
CREATE INDEX ix_amendment_proposal_id ON amendment (proposal_id);
CREATE TABLE attachment (
	proposal_id TEXT, 
	alliance_id TEXT, 
	agenda_item_id TEXT, 
	report_id TEXT, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	requirement TEXT NOT NULL, 
	note TEXT NOT NULL, 
	added_at TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_attachment PRIMARY KEY (id), 
	CONSTRAINT ck_attachment_name_given CHECK (name <> ''), 
	CONSTRAINT ck_attachment_size_positive CHECK (size > 0), 
	CONSTRAINT ck_attachment_one_owner CHECK ((proposal_id is not null) + (alliance_id is not null) + (agenda_item_id is not null) + (report_id is not null) = 1), 
	CONSTRAINT fk_attachment_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attachment_alliance_id FOREIGN KEY(alliance_id) REFERENCES alliance (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attachment_agenda_item_id FOREIGN KEY(agenda_item_id) REFERENCES agenda_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attachment_report_id FOREIGN KEY(report_id) REFERENCES expense_report (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_attachment_sha256 FOREIGN KEY(sha256) REFERENCES attachment_content (sha256) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_attachment_agenda_item_id ON attachment (agenda_item_id);
CREATE INDEX ix_attachment_alliance_id ON attachment (alliance_id);
CREATE INDEX ix_attachment_proposal_id ON attachment (proposal_id);
CREATE INDEX ix_attachment_report_id ON attachment (report_id);
CREATE INDEX ix_attachment_sha256 ON attachment (sha256);
CREATE TABLE budget_item (
	budget_id TEXT NOT NULL, 
	section TEXT NOT NULL, 
	category TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	label TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_budget_item PRIMARY KEY (id), 
	CONSTRAINT ck_budget_item_section_known CHECK (section in ('costs', 'contribution')), 
	CONSTRAINT ck_budget_item_amount_not_negative CHECK (amount >= 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_budget_item_category_given CHECK (category <> ''), 
	CONSTRAINT fk_budget_item_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_budget_item_sums ON budget_item (budget_id, section, amount);
CREATE TABLE budget_request (
	proposal_id TEXT NOT NULL, 
	decision_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	day TEXT NOT NULL, 
	date_due TEXT, 
	note TEXT NOT NULL, 
	date_returned TEXT, 
	budget_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_budget_request PRIMARY KEY (id), 
	CONSTRAINT ck_budget_request_state_known CHECK (state in ('asked', 'accepted')), 
	CONSTRAINT ck_budget_request_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT fk_budget_request_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_budget_request_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_budget_request_budget_id FOREIGN KEY(budget_id) REFERENCES budget (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_budget_request_decision_id ON budget_request (decision_id);
CREATE INDEX ix_budget_request_proposal_id ON budget_request (proposal_id);
CREATE TABLE indicator (
	result_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	target INTEGER, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_indicator PRIMARY KEY (id), 
	CONSTRAINT fk_indicator_result_id FOREIGN KEY(result_id) REFERENCES expected_result (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_indicator_result_id ON indicator (result_id);
CREATE TABLE score (
	sheet_id TEXT NOT NULL, 
	criterion_id TEXT NOT NULL, 
	points INTEGER, 
	gate_closed INTEGER NOT NULL, 
	measured INTEGER, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_score PRIMARY KEY (id), 
	CONSTRAINT uq_score_sheet_id_criterion_id UNIQUE (sheet_id, criterion_id), 
	CONSTRAINT fk_score_sheet_id FOREIGN KEY(sheet_id) REFERENCES score_sheet (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_score_criterion_id FOREIGN KEY(criterion_id) REFERENCES criterion (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_score_criterion_id ON score (criterion_id);
CREATE TABLE voucher_programme (
	proposal_id TEXT NOT NULL, 
	action_id TEXT, 
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT NOT NULL, 
	ceiling INTEGER NOT NULL, 
	decision_id TEXT, 
	date_opened TEXT, 
	date_closed TEXT, 
	payer_name TEXT NOT NULL, 
	payer_iban TEXT NOT NULL, 
	payer_bic TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_programme PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_programme_state_known CHECK (state in ('draft', 'open', 'suspended', 'closed')), 
	CONSTRAINT ck_voucher_programme_ceiling_not_negative CHECK (ceiling >= 0 and ceiling <= 9000000000000000), 
	CONSTRAINT ck_voucher_programme_code_given CHECK (code <> ''), 
	CONSTRAINT ck_voucher_programme_name_given CHECK (name <> ''), 
	CONSTRAINT ck_voucher_programme_open_by_decision CHECK (state = 'draft' or decision_id is not null), 
	CONSTRAINT uq_voucher_programme_code UNIQUE (code), 
	CONSTRAINT fk_voucher_programme_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_programme_action_id FOREIGN KEY(action_id) REFERENCES action (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_programme_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_programme_action_id ON voucher_programme (action_id);
CREATE INDEX ix_voucher_programme_decision_id ON voucher_programme (decision_id);
CREATE INDEX ix_voucher_programme_proposal_id ON voucher_programme (proposal_id);
CREATE TABLE admissibility_check (
	proposal_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	outcome TEXT, 
	archive_said TEXT, 
	reason TEXT NOT NULL, 
	attachment_id TEXT, 
	note TEXT NOT NULL, 
	checked_by TEXT NOT NULL, 
	checked_at TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_admissibility_check PRIMARY KEY (id), 
	CONSTRAINT ck_admissibility_check_outcome_known CHECK (outcome in ('yes', 'no', 'not_applicable')), 
	CONSTRAINT ck_admissibility_check_archive_said_known CHECK (archive_said in ('yes', 'no', 'not_applicable')), 
	CONSTRAINT ck_admissibility_check_overruled_why CHECK (archive_said is null or reason <> ''), 
	CONSTRAINT uq_admissibility_check_proposal_id_item_id UNIQUE (proposal_id, item_id), 
	CONSTRAINT fk_admissibility_check_proposal_id FOREIGN KEY(proposal_id) REFERENCES proposal (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_admissibility_check_item_id FOREIGN KEY(item_id) REFERENCES rules_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_admissibility_check_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_admissibility_check_attachment_id ON admissibility_check (attachment_id);
CREATE INDEX ix_admissibility_check_item_id ON admissibility_check (item_id);
CREATE TABLE amendment_line (
	amendment_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	section TEXT NOT NULL, 
	category TEXT NOT NULL, 
	label TEXT NOT NULL, 
	"before" INTEGER NOT NULL, 
	"after" INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_amendment_line PRIMARY KEY (id), 
	CONSTRAINT ck_amendment_line_section_known CHECK (section in ('costs', 'contribution')), 
	CONSTRAINT ck_amendment_line_before_not_negative CHECK (before >= 0 and before <= 9000000000000000), 
	CONSTRAINT ck_amendment_line_after_not_negative CHECK (after >= 0 and after <= 9000000000000000), 
	CONSTRAINT uq_amendment_line_amendment_id_section_category_label UNIQUE (amendment_id, section, category, label), 
	CONSTRAINT fk_amendment_line_amendment_id FOREIGN KEY(amendment_id) REFERENCES amendment (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_amendment_line_amendment_id ON amendment_line (amendment_id);
CREATE TABLE expense (
	report_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	document TEXT NOT NULL, 
	document_day TEXT NOT NULL, 
	supplier TEXT NOT NULL, 
	supplier_code TEXT NOT NULL, 
	category TEXT NOT NULL, 
	label TEXT NOT NULL, 
	date_paid TEXT, 
	paid_by TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	on_grant INTEGER NOT NULL, 
	on_cofinancing INTEGER NOT NULL, 
	attachment_id TEXT, 
	drawn INTEGER NOT NULL, 
	admitted_grant INTEGER, 
	admitted_cofinancing INTEGER, 
	finding TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_expense PRIMARY KEY (id), 
	CONSTRAINT ck_expense_kind_known CHECK (kind in ('invoice', 'receipt', 'payslip', 'fee_note', 'act', 'in_kind', 'other')), 
	CONSTRAINT ck_expense_paid_by_known CHECK (paid_by in ('transfer', 'mandate', 'card', 'cheque', 'tax_form', 'cash', 'none')), 
	CONSTRAINT ck_expense_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_expense_on_grant_not_negative CHECK (on_grant >= 0 and on_grant <= 9000000000000000), 
	CONSTRAINT ck_expense_on_cofinancing_not_negative CHECK (on_cofinancing >= 0 and on_cofinancing <= 9000000000000000), 
	CONSTRAINT ck_expense_charged_within CHECK (on_grant + on_cofinancing between 1 and amount), 
	CONSTRAINT ck_expense_admitted_within CHECK (admitted_grant between 0 and on_grant and admitted_cofinancing between 0 and on_cofinancing or (admitted_grant is null and admitted_cofinancing is null)), 
	CONSTRAINT uq_expense_report_id_number UNIQUE (report_id, number), 
	CONSTRAINT fk_expense_report_id FOREIGN KEY(report_id) REFERENCES expense_report (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_expense_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_expense_attachment_id ON expense (attachment_id);
CREATE INDEX ix_expense_document ON expense (document_day, document);
CREATE INDEX ix_expense_report_id ON expense (report_id);
CREATE TABLE firm_budget (
	programme_id TEXT NOT NULL, 
	organisation_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	day TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	size_outcome TEXT NOT NULL, 
	seat_outcome TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	amount INTEGER, 
	own_amount INTEGER NOT NULL, 
	decision_id TEXT, 
	date_given TEXT, 
	date_return TEXT, 
	given_back INTEGER, 
	date_closed TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_firm_budget PRIMARY KEY (id), 
	CONSTRAINT ck_firm_budget_state_known CHECK (state in ('asked', 'admitted', 'not_admitted', 'given', 'closed')), 
	CONSTRAINT ck_firm_budget_size_outcome_known CHECK (size_outcome in ('met', 'not_met', 'not_known')), 
	CONSTRAINT ck_firm_budget_seat_outcome_known CHECK (seat_outcome in ('met', 'not_met', 'not_known')), 
	CONSTRAINT ck_firm_budget_amount_not_negative CHECK (amount >= 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_firm_budget_own_amount_not_negative CHECK (own_amount >= 0 and own_amount <= 9000000000000000), 
	CONSTRAINT ck_firm_budget_given_back_not_negative CHECK (given_back >= 0 and given_back <= 9000000000000000), 
	CONSTRAINT ck_firm_budget_given_by_decision CHECK (state not in ('given', 'closed') or (amount is not null and decision_id is not null)), 
	CONSTRAINT uq_firm_budget_programme_id_organisation_id UNIQUE (programme_id, organisation_id), 
	CONSTRAINT fk_firm_budget_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_firm_budget_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_firm_budget_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_firm_budget_decision_id ON firm_budget (decision_id);
CREATE INDEX ix_firm_budget_organisation_id ON firm_budget (organisation_id);
CREATE INDEX ix_firm_budget_programme_id ON firm_budget (programme_id);
CREATE TABLE integration_point (
	request_id TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	asked TEXT NOT NULL, 
	date_received TEXT, 
	time_received TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	attachment_id TEXT, 
	accepted INTEGER, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_integration_point PRIMARY KEY (id), 
	CONSTRAINT ck_integration_point_time_received_valid CHECK (time_received = '' or (time_received like '__:__' and time_received >= '00:00' and time_received <= '23:59' and substr(time_received, 4, 2) <= '59')), 
	CONSTRAINT ck_integration_point_asked_given CHECK (asked <> ''), 
	CONSTRAINT ck_integration_point_hour_of_a_day CHECK (time_received = '' or date_received is not null), 
	CONSTRAINT fk_integration_point_request_id FOREIGN KEY(request_id) REFERENCES integration_request (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_integration_point_item_id FOREIGN KEY(item_id) REFERENCES rules_item (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_integration_point_attachment_id FOREIGN KEY(attachment_id) REFERENCES attachment (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_integration_point_attachment_id ON integration_point (attachment_id);
CREATE INDEX ix_integration_point_item_id ON integration_point (item_id);
CREATE INDEX ix_integration_point_request_id ON integration_point (request_id);
CREATE TABLE programme_indicator (
	programme_id TEXT NOT NULL, 
	indicator_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	measure TEXT NOT NULL, 
	per_year INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_indicator PRIMARY KEY (id), 
	CONSTRAINT ck_programme_indicator_measure_known CHECK (measure in ('vouchers', 'used_vouchers', 'children', 'families', 'firms', 'hours')), 
	CONSTRAINT uq_programme_indicator_programme_id_indicator_id UNIQUE (programme_id, indicator_id), 
	CONSTRAINT fk_programme_indicator_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_programme_indicator_indicator_id FOREIGN KEY(indicator_id) REFERENCES indicator (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_indicator_indicator_id ON programme_indicator (indicator_id);
CREATE INDEX ix_programme_indicator_programme_id ON programme_indicator (programme_id);
CREATE TABLE programme_rules (
	programme_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	decision_id TEXT, 
	template TEXT NOT NULL, 
	source TEXT NOT NULL, 
	asker TEXT NOT NULL, 
	manner TEXT NOT NULL, 
	pay_to TEXT NOT NULL, 
	residence TEXT NOT NULL, 
	work TEXT NOT NULL, 
	policy_counts INTEGER NOT NULL, 
	age_min INTEGER, 
	age_below INTEGER, 
	age_below_disabled INTEGER, 
	age_day TEXT NOT NULL, 
	age_date TEXT, 
	disabled_only INTEGER NOT NULL, 
	isee_use TEXT NOT NULL, 
	isee_kind TEXT, 
	isee_max INTEGER, 
	isee_needed INTEGER NOT NULL, 
	firm_size_max TEXT, 
	firm_in_plan INTEGER NOT NULL, 
	unit TEXT NOT NULL, 
	unit_amount INTEGER, 
	units_max INTEGER, 
	share_max TEXT, 
	cap_request INTEGER, 
	cap_month INTEGER, 
	cap_child INTEGER, 
	cap_family INTEGER, 
	expense_min INTEGER, 
	hours_min INTEGER, 
	aids TEXT NOT NULL, 
	service_from TEXT, 
	service_to TEXT, 
	validity_days INTEGER, 
	valid_to TEXT, 
	call_days INTEGER, 
	date_return TEXT, 
	leftover TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_rules PRIMARY KEY (id), 
	CONSTRAINT ck_programme_rules_asker_known CHECK (asker in ('family', 'employee', 'families', 'body', 'firm')), 
	CONSTRAINT ck_programme_rules_manner_known CHECK (manner in ('arrival', 'isee', 'points', 'list')), 
	CONSTRAINT ck_programme_rules_pay_to_known CHECK (pay_to in ('provider', 'family')), 
	CONSTRAINT ck_programme_rules_residence_known CHECK (residence in ('none', 'plan', 'listed')), 
	CONSTRAINT ck_programme_rules_work_known CHECK (work in ('none', 'every_parent', 'one_parent', 'requester')), 
	CONSTRAINT ck_programme_rules_age_day_known CHECK (age_day in ('request', 'start', 'date')), 
	CONSTRAINT ck_programme_rules_isee_use_known CHECK (isee_use in ('none', 'bar', 'priority')), 
	CONSTRAINT ck_programme_rules_isee_kind_known CHECK (isee_kind in ('ordinary', 'minors', 'current', 'care')), 
	CONSTRAINT ck_programme_rules_firm_size_max_known CHECK (firm_size_max in ('unknown', 'micro', 'small', 'medium', 'large')), 
	CONSTRAINT ck_programme_rules_unit_known CHECK (unit in ('hour', 'day', 'week', 'month', 'once')), 
	CONSTRAINT ck_programme_rules_aids_known CHECK (aids in ('netted', 'refused', 'ignored')), 
	CONSTRAINT ck_programme_rules_leftover_known CHECK (leftover in ('programme', 'firms', 'kept')), 
	CONSTRAINT ck_programme_rules_isee_max_not_negative CHECK (isee_max >= 0 and isee_max <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_unit_amount_not_negative CHECK (unit_amount >= 0 and unit_amount <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_cap_request_not_negative CHECK (cap_request >= 0 and cap_request <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_cap_month_not_negative CHECK (cap_month >= 0 and cap_month <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_cap_child_not_negative CHECK (cap_child >= 0 and cap_child <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_cap_family_not_negative CHECK (cap_family >= 0 and cap_family <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_expense_min_not_negative CHECK (expense_min >= 0 and expense_min <= 9000000000000000), 
	CONSTRAINT ck_programme_rules_version_positive CHECK (version > 0), 
	CONSTRAINT ck_programme_rules_units_positive CHECK (units_max > 0), 
	CONSTRAINT ck_programme_rules_hours_of_a_day CHECK (hours_min between 1 and 24), 
	CONSTRAINT ck_programme_rules_validity_positive CHECK (validity_days > 0), 
	CONSTRAINT ck_programme_rules_call_positive CHECK (call_days > 0), 
	CONSTRAINT ck_programme_rules_ages_positive CHECK (age_min >= 0 and age_below > 0 and age_below_disabled > 0), 
	CONSTRAINT ck_programme_rules_dates_in_order CHECK (service_from <= service_to), 
	CONSTRAINT uq_programme_rules_programme_id_version UNIQUE (programme_id, version), 
	CONSTRAINT fk_programme_rules_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_programme_rules_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_rules_decision_id ON programme_rules (decision_id);
CREATE INDEX ix_programme_rules_programme_id ON programme_rules (programme_id);
CREATE TABLE voucher_report (
	programme_id TEXT NOT NULL, 
	provider_id TEXT, 
	protocol TEXT NOT NULL, 
	date_received TEXT NOT NULL, 
	period_start TEXT, 
	period_end TEXT, 
	file_name TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	state TEXT NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_report PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_report_state_known CHECK (state in ('entered', 'accepted')), 
	CONSTRAINT fk_voucher_report_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_report_provider_id FOREIGN KEY(provider_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_report_programme_id ON voucher_report (programme_id);
CREATE INDEX ix_voucher_report_provider_id ON voucher_report (provider_id);
CREATE TABLE voucher_settlement (
	programme_id TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	day TEXT NOT NULL, 
	state TEXT NOT NULL, 
	act TEXT NOT NULL, 
	act_day TEXT, 
	decision_id TEXT, 
	date_paid TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_settlement PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_settlement_state_known CHECK (state in ('entered', 'checked', 'released')), 
	CONSTRAINT ck_voucher_settlement_number_positive CHECK (number > 0), 
	CONSTRAINT ck_voucher_settlement_released_by_act CHECK (state <> 'released' or ((act <> '' or decision_id is not null) and date_paid is not null)), 
	CONSTRAINT uq_voucher_settlement_programme_id_year_number UNIQUE (programme_id, year, number), 
	CONSTRAINT fk_voucher_settlement_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_settlement_decision_id ON voucher_settlement (decision_id);
CREATE INDEX ix_voucher_settlement_programme_id ON voucher_settlement (programme_id);
CREATE TABLE payment_file (
	settlement_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	message_id TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	day_execution TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	content TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_payment_file PRIMARY KEY (id), 
	CONSTRAINT ck_payment_file_number_positive CHECK (number > 0), 
	CONSTRAINT uq_payment_file_settlement_id_number UNIQUE (settlement_id, number), 
	CONSTRAINT fk_payment_file_settlement_id FOREIGN KEY(settlement_id) REFERENCES voucher_settlement (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_payment_file_message_id UNIQUE (message_id)
)
 STRICT;
CREATE INDEX ix_payment_file_settlement_id ON payment_file (settlement_id);
CREATE TABLE programme_band (
	isee_to INTEGER, 
	share_max TEXT, 
	unit_amount INTEGER, 
	cap_request INTEGER, 
	points TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_band PRIMARY KEY (id), 
	CONSTRAINT ck_programme_band_isee_to_not_negative CHECK (isee_to >= 0 and isee_to <= 9000000000000000), 
	CONSTRAINT ck_programme_band_unit_amount_not_negative CHECK (unit_amount >= 0 and unit_amount <= 9000000000000000), 
	CONSTRAINT ck_programme_band_cap_request_not_negative CHECK (cap_request >= 0 and cap_request <= 9000000000000000), 
	CONSTRAINT fk_programme_band_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_band_rules_id ON programme_band (rules_id);
CREATE TABLE programme_document (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_document PRIMARY KEY (id), 
	CONSTRAINT ck_programme_document_remedy_known CHECK (remedy in ('blocking', 'curable')), 
	CONSTRAINT uq_programme_document_rules_id_code UNIQUE (rules_id, code), 
	CONSTRAINT fk_programme_document_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_document_rules_id ON programme_document (rules_id);
CREATE TABLE programme_place (
	municipality_id TEXT, 
	district_id TEXT, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_place PRIMARY KEY (id), 
	CONSTRAINT ck_programme_place_one_place CHECK ((municipality_id is null) <> (district_id is null)), 
	CONSTRAINT fk_programme_place_municipality_id FOREIGN KEY(municipality_id) REFERENCES municipality (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_programme_place_district_id FOREIGN KEY(district_id) REFERENCES district (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_programme_place_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_place_district_id ON programme_place (district_id);
CREATE INDEX ix_programme_place_municipality_id ON programme_place (municipality_id);
CREATE INDEX ix_programme_place_rules_id ON programme_place (rules_id);
CREATE TABLE programme_provider (
	organisation_id TEXT NOT NULL, 
	date_from TEXT, 
	date_to TEXT, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_provider PRIMARY KEY (id), 
	CONSTRAINT uq_programme_provider_rules_id_organisation_id UNIQUE (rules_id, organisation_id), 
	CONSTRAINT fk_programme_provider_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_programme_provider_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_provider_organisation_id ON programme_provider (organisation_id);
CREATE INDEX ix_programme_provider_rules_id ON programme_provider (rules_id);
CREATE TABLE programme_service (
	code TEXT NOT NULL, 
	name TEXT NOT NULL, 
	unit_amount INTEGER, 
	date_from TEXT, 
	date_to TEXT, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_service PRIMARY KEY (id), 
	CONSTRAINT ck_programme_service_unit_amount_not_negative CHECK (unit_amount >= 0 and unit_amount <= 9000000000000000), 
	CONSTRAINT ck_programme_service_code_given CHECK (code <> ''), 
	CONSTRAINT ck_programme_service_name_given CHECK (name <> ''), 
	CONSTRAINT uq_programme_service_rules_id_code UNIQUE (rules_id, code), 
	CONSTRAINT fk_programme_service_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_service_rules_id ON programme_service (rules_id);
CREATE TABLE programme_window (
	date_opened TEXT NOT NULL, 
	time_opened TEXT NOT NULL, 
	date_closed TEXT, 
	time_closed TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_programme_window PRIMARY KEY (id), 
	CONSTRAINT ck_programme_window_time_opened_valid CHECK (time_opened = '' or (time_opened like '__:__' and time_opened >= '00:00' and time_opened <= '23:59' and substr(time_opened, 4, 2) <= '59')), 
	CONSTRAINT ck_programme_window_time_closed_valid CHECK (time_closed = '' or (time_closed like '__:__' and time_closed >= '00:00' and time_closed <= '23:59' and substr(time_closed, 4, 2) <= '59')), 
	CONSTRAINT ck_programme_window_dates_in_order CHECK (date_opened <= date_closed), 
	CONSTRAINT fk_programme_window_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_programme_window_rules_id ON programme_window (rules_id);
CREATE TABLE voucher_request (
	programme_id TEXT NOT NULL, 
	rules_id TEXT NOT NULL, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	state_reason TEXT NOT NULL, 
	date_settled TEXT, 
	day TEXT NOT NULL, 
	time TEXT NOT NULL, 
	protocol TEXT NOT NULL, 
	household_id TEXT, 
	individual_id TEXT, 
	requester_id TEXT, 
	organisation_id TEXT, 
	firm_budget_id TEXT, 
	service TEXT NOT NULL, 
	provider_id TEXT, 
	period_start TEXT NOT NULL, 
	period_end TEXT NOT NULL, 
	units INTEGER NOT NULL, 
	hours INTEGER, 
	expense INTEGER, 
	aids INTEGER NOT NULL, 
	employer_part INTEGER NOT NULL, 
	isee INTEGER, 
	isee_kind TEXT, 
	isee_to TEXT, 
	isee_outcome TEXT NOT NULL, 
	points TEXT NOT NULL, 
	amount INTEGER, 
	bound TEXT, 
	decision_id TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_request PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_request_state_known CHECK (state in ('asked', 'admitted', 'not_admitted', 'waiting', 'assigned', 'withdrawn')), 
	CONSTRAINT ck_voucher_request_isee_kind_known CHECK (isee_kind in ('ordinary', 'minors', 'current', 'care')), 
	CONSTRAINT ck_voucher_request_isee_outcome_known CHECK (isee_outcome in ('met', 'not_met', 'not_known')), 
	CONSTRAINT ck_voucher_request_bound_known CHECK (bound in ('expense', 'share', 'units', 'request', 'month', 'child', 'family', 'budget', 'firm')), 
	CONSTRAINT ck_voucher_request_time_valid CHECK (time = '' or (time like '__:__' and time >= '00:00' and time <= '23:59' and substr(time, 4, 2) <= '59')), 
	CONSTRAINT ck_voucher_request_expense_not_negative CHECK (expense >= 0 and expense <= 9000000000000000), 
	CONSTRAINT ck_voucher_request_aids_not_negative CHECK (aids >= 0 and aids <= 9000000000000000), 
	CONSTRAINT ck_voucher_request_employer_part_not_negative CHECK (employer_part >= 0 and employer_part <= 9000000000000000), 
	CONSTRAINT ck_voucher_request_isee_not_negative CHECK (isee >= 0 and isee <= 9000000000000000), 
	CONSTRAINT ck_voucher_request_amount_not_negative CHECK (amount >= 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_voucher_request_number_positive CHECK (number > 0), 
	CONSTRAINT ck_voucher_request_units_positive CHECK (units > 0), 
	CONSTRAINT ck_voucher_request_hours_of_a_day CHECK (hours between 1 and 24), 
	CONSTRAINT ck_voucher_request_service_given CHECK (service <> ''), 
	CONSTRAINT ck_voucher_request_dates_in_order CHECK (period_start <= period_end), 
	CONSTRAINT ck_voucher_request_one_holder CHECK ((individual_id is null) <> (organisation_id is null)), 
	CONSTRAINT uq_voucher_request_programme_id_year_number UNIQUE (programme_id, year, number), 
	CONSTRAINT fk_voucher_request_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_rules_id FOREIGN KEY(rules_id) REFERENCES programme_rules (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_household_id FOREIGN KEY(household_id) REFERENCES household (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_individual_id FOREIGN KEY(individual_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_requester_id FOREIGN KEY(requester_id) REFERENCES individual (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_firm_budget_id FOREIGN KEY(firm_budget_id) REFERENCES firm_budget (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_provider_id FOREIGN KEY(provider_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_request_decision_id ON voucher_request (decision_id);
CREATE INDEX ix_voucher_request_firm_budget_id ON voucher_request (firm_budget_id);
CREATE INDEX ix_voucher_request_household_id ON voucher_request (household_id);
CREATE INDEX ix_voucher_request_individual_id ON voucher_request (individual_id);
CREATE INDEX ix_voucher_request_once ON voucher_request (individual_id, service, period_start);
CREATE INDEX ix_voucher_request_organisation_id ON voucher_request (organisation_id);
CREATE INDEX ix_voucher_request_programme_id ON voucher_request (programme_id);
CREATE INDEX ix_voucher_request_provider_id ON voucher_request (provider_id);
CREATE INDEX ix_voucher_request_requester_id ON voucher_request (requester_id);
CREATE INDEX ix_voucher_request_rules_id ON voucher_request (rules_id);
CREATE TABLE request_condition (
	request_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	condition TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	by_hand INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_request_condition PRIMARY KEY (id), 
	CONSTRAINT ck_request_condition_condition_known CHECK (condition in ('window', 'residence', 'work', 'age', 'disability', 'isee', 'firm', 'budget', 'service', 'provider', 'expense', 'hours', 'aids', 'information', 'documents')), 
	CONSTRAINT ck_request_condition_outcome_known CHECK (outcome in ('met', 'not_met', 'not_known')), 
	CONSTRAINT uq_request_condition_request_id_condition UNIQUE (request_id, condition), 
	CONSTRAINT fk_request_condition_request_id FOREIGN KEY(request_id) REFERENCES voucher_request (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_request_condition_request_id ON request_condition (request_id);
CREATE TABLE request_limit (
	request_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	bound TEXT NOT NULL, 
	cents INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_request_limit PRIMARY KEY (id), 
	CONSTRAINT ck_request_limit_bound_known CHECK (bound in ('expense', 'share', 'units', 'request', 'month', 'child', 'family', 'budget', 'firm')), 
	CONSTRAINT ck_request_limit_cents_not_negative CHECK (cents >= 0 and cents <= 9000000000000000), 
	CONSTRAINT uq_request_limit_request_id_bound UNIQUE (request_id, bound), 
	CONSTRAINT fk_request_limit_request_id FOREIGN KEY(request_id) REFERENCES voucher_request (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_request_limit_request_id ON request_limit (request_id);
CREATE TABLE voucher (
	programme_id TEXT NOT NULL, 
	request_id TEXT NOT NULL, 
	firm_budget_id TEXT, 
	year INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	letter TEXT NOT NULL, 
	code TEXT NOT NULL, 
	day_issued TEXT NOT NULL, 
	valid_from TEXT NOT NULL, 
	valid_to TEXT NOT NULL, 
	amount INTEGER NOT NULL, 
	units INTEGER, 
	used INTEGER NOT NULL, 
	settled INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	transfer_id TEXT NOT NULL, 
	decision_id TEXT NOT NULL, 
	date_ended TEXT, 
	end_reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_state_known CHECK (state in ('assigned', 'part_used', 'used', 'settled', 'expired', 'revoked', 'renounced')), 
	CONSTRAINT ck_voucher_amount_positive CHECK (amount > 0 and amount <= 9000000000000000), 
	CONSTRAINT ck_voucher_used_within CHECK (used between 0 and amount), 
	CONSTRAINT ck_voucher_settled_within CHECK (settled between 0 and used), 
	CONSTRAINT ck_voucher_number_positive CHECK (number > 0), 
	CONSTRAINT ck_voucher_units_positive CHECK (units > 0), 
	CONSTRAINT ck_voucher_dates_in_order CHECK (valid_from <= valid_to), 
	CONSTRAINT uq_voucher_programme_id_year_number UNIQUE (programme_id, year, number), 
	CONSTRAINT fk_voucher_programme_id FOREIGN KEY(programme_id) REFERENCES voucher_programme (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_request_id FOREIGN KEY(request_id) REFERENCES voucher_request (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_firm_budget_id FOREIGN KEY(firm_budget_id) REFERENCES firm_budget (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_voucher_code UNIQUE (code), 
	CONSTRAINT uq_voucher_transfer_id UNIQUE (transfer_id), 
	CONSTRAINT fk_voucher_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_decision_id ON voucher (decision_id);
CREATE INDEX ix_voucher_firm_budget_id ON voucher (firm_budget_id);
CREATE INDEX ix_voucher_programme_id ON voucher (programme_id);
CREATE INDEX ix_voucher_request_id ON voucher (request_id);
CREATE TABLE voucher_report_line (
	report_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	day TEXT, 
	units INTEGER, 
	cents INTEGER, 
	document TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	voucher_id TEXT, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_report_line PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_report_line_outcome_known CHECK (outcome in ('unchecked', 'matched', 'unknown', 'mistyped', 'other_programme', 'other_provider', 'out_of_validity', 'ended', 'above_amount', 'used_already', 'wrong_units')), 
	CONSTRAINT ck_voucher_report_line_cents_not_negative CHECK (cents >= 0 and cents <= 9000000000000000), 
	CONSTRAINT uq_voucher_report_line_report_id_number UNIQUE (report_id, number), 
	CONSTRAINT fk_voucher_report_line_report_id FOREIGN KEY(report_id) REFERENCES voucher_report (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_report_line_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_report_line_report_id ON voucher_report_line (report_id);
CREATE INDEX ix_voucher_report_line_voucher_id ON voucher_report_line (voucher_id);
CREATE TABLE voucher_use (
	voucher_id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	day TEXT NOT NULL, 
	units INTEGER NOT NULL, 
	provider_id TEXT, 
	document TEXT NOT NULL, 
	cents INTEGER NOT NULL, 
	reverses_id TEXT, 
	report_line_id TEXT, 
	note TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_use PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_use_cents_in_range CHECK (cents <> 0 and abs(cents) <= 9000000000000000), 
	CONSTRAINT ck_voucher_use_correction_names_its_use CHECK ((cents < 0) = (reverses_id is not null)), 
	CONSTRAINT ck_voucher_use_number_positive CHECK (number > 0), 
	CONSTRAINT uq_voucher_use_voucher_id_number UNIQUE (voucher_id, number), 
	CONSTRAINT fk_voucher_use_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_use_provider_id FOREIGN KEY(provider_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_voucher_use_reverses_id UNIQUE (reverses_id), 
	CONSTRAINT fk_voucher_use_reverses_id FOREIGN KEY(reverses_id) REFERENCES voucher_use (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT uq_voucher_use_report_line_id UNIQUE (report_line_id), 
	CONSTRAINT fk_voucher_use_report_line_id FOREIGN KEY(report_line_id) REFERENCES voucher_report_line (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_use_provider_id ON voucher_use (provider_id);
CREATE INDEX ix_voucher_use_voucher_id ON voucher_use (voucher_id);
CREATE TABLE voucher_settlement_line (
	settlement_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	use_id TEXT NOT NULL, 
	voucher_id TEXT NOT NULL, 
	household_id TEXT, 
	organisation_id TEXT, 
	payee_name TEXT NOT NULL, 
	payee_iban TEXT NOT NULL, 
	cents INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	transfer_id TEXT, 
	date_refused TEXT, 
	reason TEXT NOT NULL, 
	id TEXT NOT NULL, 
	sample INTEGER NOT NULL, 
	source_line INTEGER, 
	CONSTRAINT pk_voucher_settlement_line PRIMARY KEY (id), 
	CONSTRAINT ck_voucher_settlement_line_state_known CHECK (state in ('to_pay', 'paid', 'refused')), 
	CONSTRAINT ck_voucher_settlement_line_cents_positive CHECK (cents > 0 and cents <= 9000000000000000), 
	CONSTRAINT ck_voucher_settlement_line_one_payee CHECK ((household_id is null) <> (organisation_id is null)), 
	CONSTRAINT uq_voucher_settlement_line_settlement_id_use_id UNIQUE (settlement_id, use_id), 
	CONSTRAINT fk_voucher_settlement_line_settlement_id FOREIGN KEY(settlement_id) REFERENCES voucher_settlement (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_line_use_id FOREIGN KEY(use_id) REFERENCES voucher_use (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_line_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_line_household_id FOREIGN KEY(household_id) REFERENCES household (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_line_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_voucher_settlement_line_transfer_id FOREIGN KEY(transfer_id) REFERENCES transfer (id) DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX ix_voucher_settlement_line_household_id ON voucher_settlement_line (household_id);
CREATE INDEX ix_voucher_settlement_line_organisation_id ON voucher_settlement_line (organisation_id);
CREATE INDEX ix_voucher_settlement_line_settlement_id ON voucher_settlement_line (settlement_id);
CREATE INDEX ix_voucher_settlement_line_transfer_id ON voucher_settlement_line (transfer_id);
CREATE INDEX ix_voucher_settlement_line_use_id ON voucher_settlement_line (use_id);
CREATE INDEX ix_voucher_settlement_line_voucher_id ON voucher_settlement_line (voucher_id);
CREATE UNIQUE INDEX uq_voucher_settlement_line_paid_once ON voucher_settlement_line (use_id) WHERE state <> 'refused';
