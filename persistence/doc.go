// Package persistence is the store: everything that Prosa remembers is in one
// Postgres, reached through pgx with hand-written SQL beside the function that
// uses it.
//
// Each package below it is a part of the store and says what it keeps: journal,
// intake, effects, inbox, contacts, staff, signin, identity, audit, numbers, fleet, notice,
// metaapp, tenants, rotation, media, follow, searchindex, jobs, config.
// Here are what they share: the schema and its migrations, who may see what (Scope),
// the classes of the database's errors (Fault) and what is done about each: Sieve
// halves a lot to find the one event that the database does not take, Group makes
// one transaction of what many ask at once. Events are stored as a type name and
// bytes, and none of these packages decodes them; what a list shows it has from the
// snapshot, by actorpb.RowOf.
//
// # Tables
//
// What, who writes it, and who removes it: "-" is nobody, it is for good.
//
//	tenant, team            companies and their teams            staff, numbers  -
//	staff, staff_team       accounts with a revision of rights   staff           - (disabled, never removed)
//	session, password_reset hashes of tokens                     staff           logout, use, their end
//	portfolio, account      Meta's businesses, and whose         numbers         -
//	phone_number            business numbers, sealed token       numbers         -
//	template, template_sync what Meta approved, when to ask      numbers         the next list of the account
//	contact, alias          people, and their addresses          contacts        whoever lost a race for an alias
//	merge_suggestion        two contacts that may be one         contacts        -
//	intake_source, intake   raw webhooks, by member and day      intake          by day, when all of it is applied
//	intake_problem          events that nobody could apply       intake          -
//	unmatched               statuses that came too early         intake          delivery, or age
//	conversation            gate, snapshot and row of lists      journal         -
//	event, message          what happened, what was said         journal         -
//	message_status          times by message: sent, read, ...    journal         -
//	stream, stream_event    the same of other grains             journal         -
//	effect_send, _rest      what is to be done outside           journal, then effects and media  the append that records the outcome
//	alarm                   when a grain is to be asked          journal, then effects            the grain's answer "not at all"
//	pace                    tokens and health of a number        effects         -
//	change_log              which conversation changed           journal         the feeds' tail, after minutes
//	media, media_chunk      files of messages                    media           retention of the tenant
//	message_search, conversation_search  an index of words      searchindex     the next rebuild
//	follower, follower_problem  how far a follower is            follow          its next good lot
//	job, job_item           work on many conversations           staff, jobs     a month after the end
//	config, config_head     dated documents, their revision      config          -
//	member                  who is alive, by lease               cluster         leave, or whoever finds it dead
//	installation            one row: schema, key, clock          persistence     -
//	installation_audit      changes of no tenant's               audit           -
//
// # Transactions
//
// What is committed together, in the order in which it is locked. Everything else is
// one statement on one table.
//
//	append             staff (share, by id) > conversation (by key) > change_log, event,
//	                   message, message_status, effect, alarm; many grains, one statement
//	append of streams  stream (by key) > stream_event, effect, alarm
//	webhooks           intake_source (share: the term still holds) > intake
//	applied            intake_source > intake_problem
//	first contact      alias > contact > merge_suggestion; one statement, and a transaction
//	                   only where somebody new has several addresses
//	claim of sends     pace (by number; who finds it locked claims alone) > effect_send
//	claim of the rest  effect_rest, passing by what is locked
//	end of a file      effect_rest (still this attempt's) > media
//	ring of an alarm   alarm, passing by what is locked
//	change of a person staff (he and all admins, by id) > staff_team, session, password_reset, job
//	lot of a job       job (still this member's) > job_item
//	lot of a follower  follower (still this term's) > what is derived > follower_problem
//	registration       tenant > portfolio > account > template_sync > team > phone_number
//	publication        config_head (of the tenant) > config
//
// # Clocks
//
// Business time is the database's clock and an offset that the database has (installation.ahead):
// 0, unless somebody moved a demo's. By it windows close, alarms ring and effects are due;
// it is what events, messages and rows say, and what people are told. Machine time is
// never moved: leases, claims, pace, pauses, sessions, and when a webhook came. Clock is
// the offset as a member knows it, at most a second old. A statement that runs often takes
// it as a parameter beside now(), one that runs seldom says BusinessNow.
//
// # Order of locks
//
// A transaction locks accounts (staff) first, then what hangs on them (sessions,
// links to set a password, jobs and their items), then conversation rows, then
// effects; and rows of one table in the order of their keys. Whoever keeps to
// that cannot deadlock. Whoever only tidies up skips what is locked and waits for
// nobody. A publication of settings locks the head of its tenant and nothing else.
//
// # Seats
//
// Who is to own a conversation is read before the decision and held by the append:
// it names the revision of his account and share-locks the row, and every change of
// his rights raises the revision. Whichever comes first, the other sees it: a change
// that waited finds what the append made him own, and an append that waited is
// refused as ErrConflict and decided on the new rights.
//
// # Jobs
//
// What touches many conversations is a row of job and ordinary commands. The row is
// written in the transaction of its cause, so that there is no time between the two.
// What is left to do is not stored: it is found from the conversations at each lot,
// so that a crash, or a conversation that got there meanwhile, loses nothing. One
// member has a job while its lease runs. A lot is noted before it is begun and its
// results after; what was begun and not noted is asked again, and answers "already".
// What fails is tried again, ever more rarely, and does not hold up the others.
//
// # What the database does not take
//
// Many things are done in one statement, and one of them may make it fail. Sieve
// finds that one: a fault of the data (see Fault) halves the lot until it is alone,
// and hands it over as guilty. An error that may be the statement's blames nobody
// while a canary, a made-up row through the same statement in a transaction that is
// rolled back, fails too; if the canary passes, what fails alone three times is
// guilty. A transient error ends the run: all that was not done waits. A panic is a
// fault of the data. Do may be asked twice for the same thing and must bear it.
//
// # Group commit
//
// Group is how many share a transaction: what is asked while one lot is under way
// makes the next. It bounds what waits, takes out what nobody waits for any more,
// and finds the guilty one by Sieve. The journal, intake, claims and outcomes of
// sends, and early statuses all go through it, each with its own statement.
//
// # Failure
//
// An error that is none of the sentinels in errors.go is an unknown outcome: the
// transaction may have committed. The caller forgets what it holds in memory,
// loads again and decides again.
package persistence
