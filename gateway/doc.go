// Package gateway is the edge of Prosa: the webhook that Meta calls, the REST
// API, and the WebSocket that inboxes live on. It holds no rule of the domain. A
// handler decodes, asks a grain and encodes; who may see a conversation is
// decided by one read of its row (Inbox.Get) before any grain is asked.
//
// The API is described by openapi.json, which is served at
// /api/v1/openapi.json and made by deploy/tools/openapi of the routes, of what each
// package says of its operations, and of the types of their bodies and answers. Config.Demo adds
// two routes that let anybody in; nothing but serve -demo sets it. What follows
// is the protocol of the socket, /api/v1/ws.
//
// # Frames
//
// Every WebSocket message is one JSON object; "t" says what it is. Fields that a
// client does not know are to be ignored; the server refuses fields that it does
// not know.
//
//	client                                    server
//	                                          hello {hello: {protocol, identify_within_ms, ping_every_ms, server_time_ms}}
//	identify {csrf, client}                   ready {me, socket, epoch, offset}
//	subscribe {stream, position, ref}         subscribed {stream, ref, epoch, offset, recovered, present}
//	unsubscribe {stream, ref}                 unsubscribed {stream, ref}
//	command {id, conversation, type, body}    result {id, ok, result | problem}
//	presence {conversation, state}            presence {stream, presence: {who, state}}
//	ping {ref}                                pong {ref, server_time_ms}
//	                                          clock {server_time_ms}
//	                                          error {ref, stream, error: {code, name, detail, retry}}
//
// server_time_ms is business time: by it count the age of everything, windows and what
// sleeps. clock comes when it made a leap, which only a demo's does.
//
// The session cookie says who it is. identify must be the first frame, within
// five seconds, and carry the session's CSRF token: a page of another site can
// open a socket with the cookie, but cannot read the token.
//
// # Streams
//
// inbox: the conversations of the tenant that the person may see.
//
//	row  {epoch, offset, row}                     replaces the whole row; the higher row.version wins
//	gone {epoch, offset, conversation, version}   the person may not see it any more
//	presence {conversation, presence}             who looks at it or types in it; without offset
//
// me: what concerns the person alone; not resumable.
//
//	owner {conversation, change: gained | lost, cause, owner, version}
//	note  {conversation, who, version}            somebody wrote a note where the person is the owner
//
// settings: what administrators change, for administrators and auditors, and for everybody
// what is changed of himself; not resumable.
//
//	changed {kind, id, revision}                  a person, team, number, invitation, key, job or document of settings
//
// It says that and not what: who shows such a thing reads it anew. It comes within a
// second of the commit, by whichever member or program; revision rises with each
// change of a tenant, and is missing of a job.
//
// conversation:<id>: one thread.
//
//	thread   {offset, row, items}                 items as in GET …/messages, and items of type status, read and media
//	presence {presence: {who, state}}             viewing, typing or gone; without offset
//	gone     {conversation, version}              the person may not see it any more; unsubscribed
//
// Pages and frames are in order of version, which is that of arrival, and without
// gaps in it. A thread is shown by place_ms, then version: what came late stands
// where it was written, up to ten minutes further up.
//
// # Positions
//
// Of a conversation the offset is its version and there is no epoch. subscribe
// with position {offset: version of the thread on the screen} brings everything
// after it from the journal, then live, without gap and without repetition.
// recovered false says that the client is more than a thousand versions behind:
// it reads the thread anew and goes on from the offset given.
//
// Of inbox the position is {epoch, offset} of the last frame. Offsets of frames
// rise, with holes: others see other conversations. recovered false (another
// epoch, or further back than is kept: ten minutes, in a flood 16 MB of frames)
// says: fetch the list anew. So does
//
//	resync {stream, epoch, offset}
//
// which comes when the tenant's feed starts a new epoch, spread over some
// seconds. Frames of the new epoch may come before it. A client fetches what is
// on its screen, keeps the higher version of each row, and goes on.
//
// # Counts
//
// GET /api/v1/counts is counted at most once a second for all who see the same
// teams. Each view has the epoch and offset up to which the frames of inbox are
// counted for certain: a client moves its counts with the rows that it gets, and
// does so again with those that an answer may not hold yet.
//
// # Commands
//
// type is the last element of the path of a request that orders something of a
// conversation (messages, notes, claim: see openapi.json), or resolve_message; body
// is that of the request, seen_version included. The id names the send or note if the
// body has no echo_id, so a command whose result did not come is sent again as
// it was, over a new socket too, and is carried out once. Commands of one socket
// are carried out one after the other. result.problem is the problem document of
// the API: code, remedy, and for refusals by a conversation its owner and
// version now.
//
// # Presence
//
// A socket is present in one conversation at a time, to which it must be
// subscribed. State typing is to be repeated every five seconds while it lasts
// and falls back to viewing after ten; viewing is repeated by the server. When a
// socket ends its person is gone five seconds later, unless back by then. Kept
// nowhere, lost without harm.
//
// Everybody whose inbox shows the conversation hears of it, and whoever has
// subscribed to the conversation does on its own stream too. The answer to a
// subscription says who is present now: to inbox, in any conversation that it
// shows. A person counts once, whatever the number of sockets; one's own are
// told too. Each presence carries the team that the conversation was with: when
// it moves, the new team hears of those who may still look on, once their
// gateways have followed the move, and never of the others. A gone of the
// conversation ends what was known of who is in it.
//
// # Errors of frames
//
// The socket lives on.
//
//	100 unknown_frame      no such t, or a field of it cannot be used
//	101 unknown_stream
//	102 too_many_streams   at most 64 conversations in one socket
//	104 not_found          no such conversation, or not the person's to see
//	105 not_subscribed     presence needs the subscription
//	106 forbidden          the stream is not for the person
//	110 unavailable        retry in a moment
//	111 unwritable         a frame of the stream cannot be written: fetch anew
//
// # Close codes
//
// From 4000 to 4499: come back with the positions, after a pause of a second
// that doubles to thirty and is spread by chance. From 4500: do not, the same
// would happen again. Any other code, or none: the connection broke, come back.
//
//	4001 draining    the process stops; another takes over
//	4002 slow        the queue of the socket overflowed (256 frames or 1 MB)
//	4003 rights      the person's rights changed; everything is to be read anew
//	4004 flood       more than 50 frames a second, or 32 unanswered
//	4005 internal
//	4006 many        the person has 20 sockets at this gateway already: close some
//	4500 protocol    not a frame, or a field that is not known
//	4501 identify    did not come first, or not in time
//	4502 csrf        the token does not fit; read it from /api/v1/me
//	4503 session     the session has ended; log in
//
// The server pings every 25 seconds and gives up after 60 without an answer.
// Sessions are looked up every minute, and at once where one is ended by logging
// out or by disabling the account; a command prolongs them, reading does not.
//
// # Failure
//
// Feed to hub: batches may get lost or come late. The hub keeps the offset up to
// which it is complete and tells it with every renewal of its lease (700 ms, a
// third of the lease); the Feed sends again what is missing. What the Feed itself
// never heard of it finds in the change log and publishes as a row without
// events. A conversation stream sees the gap in the versions and reads the
// journal. So a frame is late after a loss, never missing.
//
// Hub to socket: a queue per socket, never waited for. A reader that is too slow
// is disconnected, comes back and resumes.
//
// Process dies: sockets break, clients come back elsewhere with their positions.
// Of another process's epoch nothing changes: the Feed is one for the tenant.
package gateway
