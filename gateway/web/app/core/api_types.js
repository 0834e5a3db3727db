// Code generated from the API's own types by deploy/tools/openapi. DO NOT EDIT.
// The shapes that the API and the socket speak.

/**
 * @typedef {object} AccountBody
 * @property {string} [interface_language] In which the inbox speaks: pt-BR, en, es; empty: that of the browser
 * @property {(string)[]} [languages] That the person writes: BCP 47, such as pt-BR, es, en
 * @property {string} [name] As colleagues see it; at most 100 characters
 * @property {string} [time_zone] IANA, such as America/Sao_Paulo; empty: not chosen, UTC holds
 */

/**
 * @typedef {object} Agent
 * @property {boolean} active false: the account is disabled
 * @property {number} capacity Open conversations that the person is to have at most; 0: no limit
 * @property {string} [email] Managers and admins only, of others
 * @property {string} id
 * @property {string} interface_language pt-BR, en, es; empty: that of the browser
 * @property {(string)[]} languages That the person writes: BCP 47
 * @property {string} name
 * @property {(string)[]} numbers The numbers that it works with; none: all that its teams allow
 * @property {boolean} own_only Of conversations it sees those that it owns, and no others
 * @property {number} revision Raised by each change of the account
 * @property {'agent'|'manager'|'admin'|'auditor'} role
 * @property {(string)[]} skills What the person knows. This, languages, time zone and interface language are empty to all but the person, managers and admins
 * @property {(string)[]} teams
 * @property {string} tenant_id
 * @property {string} time_zone IANA; empty: not chosen, UTC holds
 */

/**
 * @typedef {object} Agents
 * @property {(Agent)[]} agents
 */

/**
 * @typedef {object} Alias
 * @property {'phone'|'bsuid'|'parent_bsuid'|'group'} kind
 * @property {string} value
 * @property {boolean} [variant] Another spelling, not seen from Meta
 */

/**
 * @typedef {object} AskProviders
 * @property {string} [company]
 * @property {string} [email]
 */

/**
 * @typedef {object} AssignBody
 * @property {string} agent_id
 * @property {number} [expected_owner_epoch]
 */

/**
 * @typedef {object} AuditBy
 * @property {string} id
 * @property {'agent'|'integration'|'operator'|'system'} kind
 * @property {string} name
 */

/**
 * @typedef {object} AuditLine
 * @property {string} action object.verb, such as person.changed
 * @property {string} [address] Network address that it was done from
 * @property {any} [after] The fields that changed, as they are since
 * @property {string} at
 * @property {any} [before] The fields that changed, as they were
 * @property {AuditBy} by
 * @property {string} [client] What the caller's program says it is
 * @property {number} id
 * @property {AuditObject} object
 */

/**
 * @typedef {object} AuditList
 * @property {(AuditLine)[]} lines
 * @property {number} [next] Older lines follow: ask with before
 */

/**
 * @typedef {object} AuditObject
 * @property {string} id
 * @property {string} kind
 * @property {string} [name] What people called it then
 */

/**
 * @typedef {object} BarredUpload
 * @property {string} detail
 * @property {'image'|'video'|'audio'|'sticker'} kind
 * @property {number} [limit] Bytes, or pixels
 * @property {'too_large'|'pixels'|'file_type'|'coding'} reason Stable
 */

/**
 * @typedef {object} CancelScheduledBody
 * @property {string} [message_id] As in the path
 */

/**
 * @typedef {object} ChangeAgentBody
 * @property {number} [capacity] Open conversations at most, up to 500; 0: no limit. It may be below what the person has
 * @property {string} [name]
 * @property {(string)[]} [numbers] The numbers that the person works with; an empty list: all that the teams allow. Administrators and auditors have none
 * @property {boolean} [own_only] The person sees the conversations that he owns, and no others; agents only
 * @property {number} [revision] That of the account as it was seen: a change made meanwhile is then not overwritten, and refused as outdated
 * @property {'agent'|'manager'|'admin'|'auditor'} [role]
 * @property {(string)[]} [teams]
 */

/**
 * @typedef {object} ChangeNumber
 * @property {string} [language] Such as pt-BR; empty: none
 * @property {string} [name]
 * @property {number} [rate] messages a second, in and out; 0: what Meta grants
 * @property {number} [revision] That of the number as it was seen: a change made meanwhile is then not overwritten, and refused as outdated
 * @property {string} [team_id] Of new conversations; those that are open stay with their team
 */

/**
 * @typedef {object} ChangeNumbers
 * @property {string} [language] Such as pt-BR; empty: none
 * @property {(string)[]} numbers
 * @property {string} [team_id] Of new conversations; those that are open stay with their team
 */

/**
 * @typedef {object} ChangeQuickReply
 * @property {number} [revision] That of the reply as it was seen: a change made meanwhile is then not overwritten, and refused as outdated
 * @property {string} [shortcut]
 * @property {string} [team_id]
 * @property {string} [text]
 * @property {string} [title]
 * @property {'own'|'team'|'company'} [visibility]
 */

/**
 * @typedef {object} Changed
 * @property {Agent} agent
 * @property {number} [job] Hands over what the person may own no more, see /api/v1/jobs/{id}; missing when there is nothing of the kind
 */

/**
 * @typedef {object} ChangedNumbers
 * @property {number} numbers
 */

/**
 * @typedef {object} Choice
 * @property {string} [description]
 * @property {string} id
 * @property {string} title
 */

/**
 * @typedef {object} ConnectAccount
 * @property {string} [account_id] WhatsApp Business Account id; missing: the one that the token sees
 * @property {string} [app_id] Meta app of the company that the token belongs to, see /api/v1/apps; empty: that of the installation; missing: as before
 * @property {string} [token] A system user's access token; missing: the one that was given before
 */

/**
 * @typedef {object} ConnectActivate
 * @property {string} [pin] Six digits: of the number's two-step verification, or new ones where it has none; not for a number that is registered or used with the phone app
 */

/**
 * @typedef {object} ConnectCode
 * @property {string} [language] Of the message, such as pt_BR
 * @property {'sms'|'voice'} method
 */

/**
 * @typedef {object} ConnectFinish
 * @property {string} [language] That its customers speak, such as pt-BR
 * @property {string} name As colleagues see it
 * @property {string} team_id
 */

/**
 * @typedef {object} ConnectNumber
 * @property {string} id Meta's phone number id
 */

/**
 * @typedef {object} ConnectVerify
 * @property {string} code The six digits
 */

/**
 * @typedef {object} Connection
 * @property {ConnectionAccount} [account]
 * @property {(ConnectionAccount)[]} [accounts] Those that the token sees, where there are several
 * @property {ConnectionApp} [app] That the token belongs to, as Meta names it
 * @property {(ConnectionCheck)[]} checks What was asked of Meta, in the order of the steps
 * @property {string} [expires_at] Until when it is kept; missing: nothing is
 * @property {boolean} [needs_token] The token is kept no more: give it again
 * @property {ConnectionNumber} [number] The chosen one
 * @property {(ConnectionNumber)[]} [numbers] Of the account
 * @property {number} [pin_tries] Wrong PINs so far
 * @property {ConnectionCode} [sms] The code that was sent last
 * @property {'account'|'number'|'confirm'|'activate'|'finish'} step The first that is not done
 * @property {boolean} [subscribed] The account's webhooks come here
 * @property {string} [through] Meta app of the company by which it is connected, see /api/v1/apps; missing: that of the installation
 * @property {string} [token_expires]
 * @property {string} [token_kind]
 */

/**
 * @typedef {object} ConnectionAccount
 * @property {string} id
 * @property {string} name
 * @property {string} [portfolio_id]
 * @property {string} [portfolio_name]
 */

/**
 * @typedef {object} ConnectionApp
 * @property {string} id
 * @property {string} name
 */

/**
 * @typedef {object} ConnectionCheck
 * @property {number} [code] Meta's error code
 * @property {string} [detail] What it is about, or Meta's own words
 * @property {string} [field] Of the step's body, whose value is the matter
 * @property {'token'|'messaging'|'management'|'business'|'account'|'portfolio'|'number'|'code'|'subscription'|'register'} name
 * @property {'token_invalid'|'token_expired'|'token_expires'|'token_of_person'|'token_closed'|'not_permitted'|'account_needed'|'account_choose'|'unseen'|'foreign_account'|'foreign_portfolio'|'owner_untold'|'foreign_number'|'already_ours'|'not_of_account'|'code_sent'|'code_wrong'|'code_too_often'|'unverified'|'not_listed'|'override'|'others_too'|'pin_wrong'|'pin_too_many'|'pin_too_fast'|'pin_needed'|'too_often'|'just_deleted'|'half_removed'|'terms_not_taken'|'refused'} [reason] Stable. Why it is not ok
 * @property {string} [remedy] What would help
 * @property {'ok'|'warning'|'open'|'failed'} state
 * @property {number} [tries_left] Before Meta takes no more for some hours, as far as is known
 */

/**
 * @typedef {object} ConnectionCode
 * @property {string} expires_at
 * @property {'sms'|'voice'} method
 * @property {string} sent_at
 * @property {number} tries_left
 */

/**
 * @typedef {object} ConnectionNumber
 * @property {boolean} coexistence The phone app is used beside the API
 * @property {string} display
 * @property {string} id
 * @property {string} name
 * @property {boolean} registered It sends and receives by the API
 * @property {'ours'|'other'} [taken] Whose it is in this installation; missing: nobody's
 * @property {boolean} verified The business has shown to Meta that the number is its own
 */

/**
 * @typedef {object} Contact
 * @property {string} address
 * @property {string} id
 * @property {string} name
 */

/**
 * @typedef {object} ContactCard
 * @property {(ContactEntry)[]} [emails]
 * @property {string} [name]
 * @property {string} [organisation]
 * @property {(ContactEntry)[]} [phones]
 */

/**
 * @typedef {object} ContactEntry
 * @property {string} [type]
 * @property {string} value
 */

/**
 * @typedef {object} Conversations
 * @property {(Row)[]} conversations
 * @property {string} [next] For cursor; missing on the last page. A page of a filter may hold fewer than limit and still have a next
 */

/**
 * @typedef {object} Count
 * @property {number} customer Where we wrote last
 * @property {string} [epoch] With offset: what the inbox stream told up to there is counted
 * @property {boolean} [more] There were more than 5,000 of one team and phase: each figure is the least
 * @property {number} n Conversations
 * @property {Record<string, Tally>} numbers The same of each business number
 * @property {number} offset
 * @property {number} unread With unread messages
 * @property {number} us Where the customer wrote last
 */

/**
 * @typedef {object} Counts
 * @property {Record<string, Count>} views
 */

/**
 * @typedef {object} DeleteTenantBody
 * @property {number} [days] Term in which it can be resumed; 0 to 365, default 30
 * @property {string} name The tenant's name once more, so that no wrong one is deleted
 * @property {string} [reason] What its people are told when they log in
 */

/**
 * @typedef {object} Demo
 * @property {(DemoPerson)[]} [people]
 * @property {string} phones
 * @property {string} [token] Of the simulated Meta: connects a further number
 */

/**
 * @typedef {object} DemoPerson
 * @property {string} email
 * @property {string} name
 * @property {string} role
 */

/**
 * @typedef {object} Details
 * @property {(Alias)[]} aliases Phones first, of each kind the newest first
 * @property {Stop} [blocked] The number blocks the person; missing: it does not
 * @property {(Item)[]} history The last 20 changes of owner and resolutions, oldest first
 * @property {Stop} [marketing_stopped] The person gets no marketing messages from any number of the portfolio; missing: they may be sent
 * @property {(Item)[]} notes The last 20 notes, oldest first
 * @property {(Row)[]} others Conversations on other numbers that the person may see, the newest first, at most 20
 * @property {(Row)[]} probably Conversations of contacts who are probably the same person, on numbers that the person may see, the newest first, at most 20
 * @property {string} [username] Without the at sign
 */

/**
 * @typedef {object} DisableBody
 * @property {string} [agent_id]
 * @property {(ShareBody)[]} [split] Several get the conversations of their teams, each at most so many; what is left goes to the queues
 * @property {string} [team_id]
 */

/**
 * @typedef {object} Due
 * @property {string} at
 * @property {string} message_id
 */

/**
 * @typedef {object} Enrolment
 * @property {string} address otpauth://, what the QR code says
 * @property {QR} qr
 * @property {string} secret Base32, for typing
 */

/**
 * @typedef {object} Factor
 * @property {string} company For /api/v1/login/provider/{company}?fresh=true
 * @property {boolean} demanded The company asks for one: it cannot be turned off
 * @property {boolean} on
 * @property {boolean} password_shut The company signs in by its provider alone: the password opens nothing
 * @property {boolean} proven That was so a moment ago: no password is asked for
 * @property {string} [provider] Label of the company's provider, where it knows the account: a fresh sign-in there stands for the password
 * @property {number} recovery_left Recovery codes that were not used
 * @property {string} [since]
 */

/**
 * @typedef {object} FactorCode
 * @property {string} code Six digits of the authenticator
 */

/**
 * @typedef {object} FactorProof
 * @property {string} [code] Of the factor, where there is one
 * @property {string} [password] The present one; not asked for after a fresh sign-in at the company's provider
 */

/**
 * @typedef {object} First
 * @property {boolean} [already] It had been carried out before
 * @property {string} id Conversation id: phone_number_id:contact_id
 * @property {(string)[]} [leaving]
 * @property {string} [message_id]
 * @property {Owner} owner
 * @property {string} phase
 * @property {number} version
 * @property {string} [window_closes_at]
 */

/**
 * @typedef {object} FirstBody
 * @property {string} [at] When it is to leave; without it now. Whether the window allows it is judged then; what it surely will not is refused at once. Listed under scheduled until then
 * @property {boolean} [cancel_if_answered] With at: not sent, if the customer writes before; default true
 * @property {boolean} [claim] Claim first if nobody owns it
 * @property {(ContactCard)[]} [contacts] Up to 257 contacts; a telephone number with its country can be written to from the card
 * @property {boolean} [despite_stale] Send although something arrived since
 * @property {string} [echo_id] Names the send; sent again it is the same message
 * @property {Prompt} [interactive] What the person may tap: buttons, a list, a link, a form, products
 * @property {LocationPart} [location]
 * @property {SendFile} [media] A file that was uploaded before
 * @property {string} [name] What lists call somebody new, until he says it himself
 * @property {number} [owner_epoch] If given, refuse under another ownership
 * @property {string} phone_number_id The number to write from
 * @property {string} [quoted] Id of the message of the conversation that this one answers
 * @property {SendReaction} [reaction] Marks a message of the conversation
 * @property {number} [seen_version] Version that the composer was looking at
 * @property {TemplateBody} [template] One that the number has and that is approved, with a value for each variable. Until the templates of the number's account have been read from Meta, every template is refused (no_template).
 * @property {string} [text] At most 4096 characters
 * @property {'resolved'|'snoozed'} [then] What the conversation becomes with the send, in one step; a refused or repeated send changes nothing. Otherwise it is open
 * @property {string} to A phone with its country, as +55 11 98888-7777, or a user id of WhatsApp
 * @property {string} [until] Until when it is snoozed: at most five years from now
 */

/**
 * @typedef {object} Fleet
 * @property {(FleetNumber)[]} numbers
 */

/**
 * @typedef {object} FleetNumber
 * @property {string} account_id
 * @property {string} [can_send] AVAILABLE, LIMITED or BLOCKED, as Meta says
 * @property {MessageCounts} day of the hour under way and the 23 before it; some seconds late
 * @property {string} [failure] why Meta could not be asked last
 * @property {string} [language] that it speaks by default, such as pt-BR
 * @property {string} [name_status] of the name that customers see: APPROVED, DECLINED, …, as Meta says
 * @property {PhoneNumber} number
 * @property {number} per_second messages in and out a second, over a minute that ended some 10 s ago; the number's rate is what it may
 * @property {string} [quality] GREEN, YELLOW, RED or UNKNOWN, as Meta says
 * @property {string} [read_at] when Meta last told how the number fares
 * @property {string} [received_at] of the last webhook about it; may be half a minute late
 * @property {string} [restricted_until]
 * @property {string} [restriction] what Meta does not let the account do, in its words
 * @property {number} revision of what administrators set; see the change of a number
 * @property {string} [sent_at] of the last message that Meta took; may be half a minute late
 * @property {string} [status] CONNECTED, FLAGGED, BANNED, …, as Meta says
 * @property {string} [throughput] STANDARD, HIGH or NOT_APPLICABLE, as Meta says
 * @property {string} [tier] how many people may be written to in a day, as Meta says: TIER_250, …, TIER_UNLIMITED
 * @property {'good'|'dead'|'missing'} [token] missing from the answer: nobody has asked yet
 * @property {string} [token_expires_at] missing: never, or Meta does not say
 * @property {string} [token_since]
 * @property {string} [trouble_since]
 * @property {('token_dead'|'token_missing'|'blocked'|'offline'|'restricted'|'silent'|'quality_low'|'token_expires'|'name_refused'|'unread')[]} troubles The worst first; none: all is well
 * @property {number} waiting messages that wait to be sent; no more than 1000 are counted
 */

/**
 * @typedef {object} Flow
 * @property {string} [action]
 * @property {string} [id]
 * @property {string} [mode]
 * @property {string} [name]
 * @property {any} [payload]
 * @property {string} [token]
 */

/**
 * @typedef {object} Found
 * @property {(Row)[]} contacts On the first page: conversations by their contact, the newest first
 * @property {(Hit)[]} messages The newest first
 * @property {string} [next] For cursor; missing on the last page. A page may be short, or empty, and go on
 */

/**
 * @typedef {object} FoundMessage
 * @property {string} at
 * @property {Party} author
 * @property {'in'|'out'|'note'} direction
 * @property {string} excerpt Plain text around the first hit; empty when the message has no words
 * @property {string} id
 * @property {string} kind
 * @property {((number)[])[]} marks The hits, as pairs of offsets into the excerpt in UTF-16 units
 * @property {number} version Of its item in the thread: read the thread around it
 */

/**
 * @typedef {object} FrameIn
 * @property {any} body
 * @property {string} client
 * @property {string} conversation
 * @property {string} csrf
 * @property {string} id
 * @property {Position} position
 * @property {string} ref
 * @property {string} state
 * @property {string} stream
 * @property {string} t
 * @property {string} type
 */

/**
 * @typedef {object} FrameOut
 * @property {string} [cause]
 * @property {string} [change]
 * @property {string} [conversation]
 * @property {string} [epoch]
 * @property {ProtocolError} [error]
 * @property {Hello} [hello]
 * @property {string} [id]
 * @property {(Item)[]} [items]
 * @property {string} [kind]
 * @property {Agent} [me]
 * @property {number} [offset]
 * @property {boolean} [ok]
 * @property {Owner} [owner]
 * @property {Presence} [presence]
 * @property {(Presence)[]} [present]
 * @property {Problem} [problem]
 * @property {boolean} [recovered]
 * @property {string} [ref]
 * @property {Result} [result]
 * @property {number} [revision]
 * @property {Row} [row]
 * @property {number} [server_time_ms]
 * @property {string} [socket]
 * @property {string} [stream]
 * @property {string} t
 * @property {number} [version]
 * @property {Party} [who]
 */

/**
 * @typedef {object} HandOver
 * @property {number} conversations Open ones that the person owns
 * @property {(Receiver)[]} receivers
 * @property {number} sessions
 * @property {number} waiting Those in which the customer wrote last
 */

/**
 * @typedef {object} Hello
 * @property {number} identify_within_ms
 * @property {number} ping_every_ms
 * @property {number} protocol
 * @property {number} server_time_ms
 */

/**
 * @typedef {object} Hit
 * @property {FoundMessage} message
 * @property {Row} row
 */

/**
 * @typedef {object} Hold
 * @property {boolean} all what people write waits, too; else only what the assistant and broadcasts send
 * @property {Party} by
 * @property {number} [rate] nothing waits, but no more messages a second go; missing: it is not slowed down
 * @property {string} reason
 * @property {string} since
 * @property {string} [until] it goes on by itself then; missing: when an administrator says so
 */

/**
 * @typedef {object} IntakeProblem
 * @property {string} [conversation]
 * @property {number} id
 * @property {string} kind
 * @property {string} noted_at
 * @property {string} [phone_number_id]
 * @property {string} reason
 * @property {string} received_at
 * @property {string} state
 * @property {number} tries
 */

/**
 * @typedef {object} IntakeProblems
 * @property {(IntakeProblem)[]} problems
 */

/**
 * @typedef {object} Invitation
 * @property {Party} by
 * @property {string} created_at
 * @property {string} email
 * @property {string} expires_at
 * @property {string} id
 * @property {string} [link] Good once, until expires_at; shown only where it was made
 * @property {boolean} [mailed] The link is on its way by mail
 * @property {(string)[]} numbers The numbers that it works with; none: all that its teams allow
 * @property {boolean} own_only Of conversations it sees those that it owns, and no others
 * @property {'agent'|'manager'|'admin'|'auditor'} role
 * @property {(string)[]} teams
 */

/**
 * @typedef {object} InvitationLinkBody
 * @property {string} token What stands behind #invitation= in the link
 */

/**
 * @typedef {object} InvitationList
 * @property {(Invitation)[]} invitations
 */

/**
 * @typedef {object} InviteBody
 * @property {(string)[]} emails 1 to 100 addresses
 * @property {'agent'|'manager'|'admin'|'auditor'} role
 * @property {(string)[]} [teams]
 */

/**
 * @typedef {object} Invited
 * @property {string} by Name of who invited
 * @property {string} email Empty: the link makes the first administrator, who chooses it
 * @property {string} tenant_name
 */

/**
 * @typedef {object} Item
 * @property {string} at
 * @property {Party} [by]
 * @property {Message} [edit] An edit of the message that came before it; the edit with the newest sent_at holds the text
 * @property {Media} [media]
 * @property {Message} [message]
 * @property {OwnerChange} [owner]
 * @property {PhaseChange} [phase]
 * @property {number} [place_ms] Of what is a line of the thread, in Unix milliseconds: lines are shown by place, then version. What came late stands up to ten minutes further up
 * @property {boolean} [revoked] The message was taken back before it came: nothing of it is kept
 * @property {Status} [status]
 * @property {string} [target] Message that an edit, revoke or reaction is about
 * @property {'message'|'owner'|'phase'|'status'|'read'|'media'|'replaced'|'unscheduled'} type
 * @property {number} version
 */

/**
 * @typedef {object} Job
 * @property {string} [agent_id] Whose conversations are handed over
 * @property {Party} by
 * @property {string} created_at
 * @property {number} done
 * @property {string} [due_at] When pauses end: what does so waits until then
 * @property {string} [ended_at] Missing: under way
 * @property {number} failed At their last try; they are tried again
 * @property {number} id
 * @property {string} [into] The team that its conversations go to
 * @property {(JobItem)[]} [items] Of one job only
 * @property {'hand_over'|'team_gone'|'hold'} kind
 * @property {number} left Not dealt with yet; of jobs under way only
 * @property {string} [next] More items follow: ask with after
 * @property {number} [numbers] How many are paused or resumed
 * @property {number} refused For good: items name what and why
 * @property {boolean} [resumed] They go on
 * @property {string} [team_id] The team that is gone
 */

/**
 * @typedef {object} JobItem
 * @property {string} [conversation]
 * @property {string} [number] That was paused or resumed
 * @property {string} [result] The agent or team that got it, queue, already (nothing was to do), paused, resumed, paused_already (the number held back more and was not changed), or why it failed or was refused
 * @property {'begun'|'done'|'failed'|'refused'} state
 * @property {number} tries
 */

/**
 * @typedef {object} Jobs
 * @property {(Job)[]} jobs
 */

/**
 * @typedef {object} JoinBody
 * @property {string} [email] Only of the first administrator, whose link names none
 * @property {string} name
 * @property {string} password 8 to 200 bytes, none of those that everybody tries first
 * @property {string} token What stands behind #invitation= in the link
 */

/**
 * @typedef {object} Key
 * @property {boolean} all_teams
 * @property {Party} by
 * @property {string} created_at
 * @property {string} [expires_at] Missing: never
 * @property {string} id
 * @property {string} last_four How the key ends
 * @property {string} name
 * @property {(string)[]} numbers The numbers that it works with; none: all of its teams
 * @property {'own'|'through'} policy own: it owns what it writes into, until the customer answers or an agent takes over; through: it writes only where nobody owns, and owns nothing
 * @property {string} [revoked_at]
 * @property {('read'|'write'|'admin')[]} rights
 * @property {string} [secret] The key itself, as a bearer token; shown only here
 * @property {(string)[]} teams That it sees otherwise
 * @property {string} [used_address]
 * @property {string} [used_at] At most a minute older than its last use; missing: not yet
 */

/**
 * @typedef {object} KeyBody
 * @property {boolean} [all_teams]
 * @property {string} [expires_at] Within five years; missing: never
 * @property {string} name What it is for
 * @property {(string)[]} [numbers] The numbers that it works with; none: all of its teams. A key with the right admin has none
 * @property {'own'|'through'} policy
 * @property {('read'|'write'|'admin')[]} rights
 * @property {(string)[]} [teams]
 */

/**
 * @typedef {object} KeyList
 * @property {(Key)[]} keys
 */

/**
 * @typedef {object} Last
 * @property {string} at
 * @property {string} kind Kind of content; of a customer's file its type: image, video, audio, voice, document, sticker
 * @property {string} message_id
 * @property {boolean} outbound
 * @property {string} preview
 * @property {string} [status]
 */

/**
 * @typedef {object} LocationPart
 * @property {string} [address]
 * @property {number} latitude
 * @property {number} longitude
 * @property {string} [name]
 * @property {string} [url]
 */

/**
 * @typedef {object} LoginRequest
 * @property {string} email
 * @property {string} password
 */

/**
 * @typedef {object} MadeTenant
 * @property {string} admin_email
 * @property {string} expires_at
 * @property {string} link Good once, until expires_at; shown only here
 * @property {Tenant} tenant
 */

/**
 * @typedef {object} MakeMetaApp
 * @property {string} name As your people call it
 * @property {string} secret The app secret, from the app's basic settings at Meta
 */

/**
 * @typedef {object} MakeQuickReply
 * @property {string} shortcut 1 to 32 letters, digits, - and _; kept in small letters
 * @property {string} [team_id] Of a team's
 * @property {string} text 1 to 4096 characters. Variables: {{contact.name}}, {{contact.first_name}}, {{agent.name}}, {{number.name}} and {{company}} are filled in, others such as {{delivery date}} are asked for
 * @property {string} title 1 to 100 characters
 * @property {'own'|'team'|'company'} visibility Who may use it
 */

/**
 * @typedef {object} Me
 * @property {Agent} agent
 * @property {string} csrf_token For the header X-CSRF-Token and for identify
 * @property {Demo} [demo] Only where nothing is real: the customers' phones, and whom anybody may be
 * @property {(string)[]} [recovery_codes] Of the second factor that this sign-in has set up, shown once
 * @property {Setup} setup How far the installation has come, whatever of it the person may see
 * @property {string} tenant_name
 */

/**
 * @typedef {object} Media
 * @property {boolean} [again] When failed: another try may succeed
 * @property {string} message_id
 * @property {'gone'|'too_large'|'foreign'|'expired'|'damaged'|'unavailable'} [reason]
 * @property {number} [size] Bytes, when kept
 * @property {'wanted'|'kept'|'failed'|'dropped'} state
 */

/**
 * @typedef {object} MediaHistory
 * @property {(PublishedMedia)[]} versions
 */

/**
 * @typedef {object} MediaSettings
 * @property {number} keep_days Days that customers' files are kept; 0: for ever. What is older is removed within the hour, and is not fetched again
 */

/**
 * @typedef {object} Message
 * @property {Party} author
 * @property {any} [content] By kind; missing when no longer kept
 * @property {'in'|'out'|'note'} direction
 * @property {string} id
 * @property {string} kind
 * @property {Media} [media]
 * @property {string} [sent_at]
 * @property {Status} [status]
 */

/**
 * @typedef {object} MessageCounts
 * @property {number} failed that Meta refused for good, or reported as failed
 * @property {number} received of customers
 * @property {number} sent that Meta took
 */

/**
 * @typedef {object} MetaApp
 * @property {string} callback_url To be entered at Meta, with the verify token
 * @property {number} connected_numbers
 * @property {string} created_at
 * @property {string} id
 * @property {string} name
 * @property {string} [previous_secret_until] Until then the secret before is good too; missing: there is none
 * @property {string} [previous_verify_token_until] Likewise of the verify token
 * @property {string} [received_at] The last webhook, some seconds late; missing: none yet
 * @property {number} refused Webhooks with a wrong signature: the secret here may not be Meta's
 * @property {string} [refused_at]
 * @property {string} secret_changed_at
 * @property {string} [verify_token] Shown only where it was made
 * @property {string} verify_token_changed_at
 */

/**
 * @typedef {object} MetaAppSecret
 * @property {string} secret The new app secret, from the app's basic settings at Meta
 */

/**
 * @typedef {object} MetaApps
 * @property {(MetaApp)[]} apps
 * @property {string} callback_url Of the app that the operator has configured for the whole installation
 */

/**
 * @typedef {object} NewAgentBody
 * @property {string} email
 * @property {string} name
 * @property {string} password 8 to 200 bytes
 * @property {'agent'|'manager'|'admin'|'auditor'} role
 * @property {(string)[]} [teams]
 */

/**
 * @typedef {object} NewTenantBody
 * @property {string} admin_email Of its first administrator, who gets the link
 * @property {TenantLimits} [limits]
 * @property {string} name Of the company
 */

/**
 * @typedef {object} NoteBody
 * @property {string} [echo_id]
 * @property {string} text
 */

/**
 * @typedef {object} Notice
 * @property {string} began_at
 * @property {Record<string, string>} detail
 * @property {string} [ended_at] It is over; missing while it is so
 * @property {number} id
 * @property {'token_died'|'token_expires'|'number_restricted'|'webhooks_silent'|'queue_aged'} kind
 * @property {NoticeObject} object
 */

/**
 * @typedef {object} NoticeObject
 * @property {string} id
 * @property {'number'|'team'} kind
 * @property {string} [name] What people called it then
 */

/**
 * @typedef {object} NoticeSettings
 * @property {'en'|'es'|'pt-BR'} language Of mails
 * @property {boolean} mail Whether administrators also get a mail, where the installation can send some
 * @property {number} queue_minutes A queue ages when a customer waits longer for an owner; 0: nobody is told
 * @property {number} silent_hours A number is silent when Meta has told nothing of it for longer; 0: nobody is told
 */

/**
 * @typedef {object} NoticeWebhook
 * @property {string} [secret] Signs each body (HMAC-SHA256, header X-Prosa-Signature-256: sha256=<hex>); shown only here
 * @property {string} url
 */

/**
 * @typedef {object} Notices
 * @property {(UndeliveredNotice)[]} failures What of the last day has not arrived
 * @property {(Notice)[]} notices Those that are so, the newest first, then those that are over; at most 100
 * @property {number} open How many of them are so
 * @property {boolean} sends_mail Whether the installation can send mail
 * @property {string} [webhook_url]
 */

/**
 * @typedef {object} NoticesHistory
 * @property {(PublishedNotices)[]} versions
 */

/**
 * @typedef {object} NumberHistory
 * @property {string} [echo_at] the hour in which the last of them came
 * @property {number} echoes messages written on the phone of a number with coexistence, of 30 days; they are counted, and stored as they came
 * @property {(NumberHour)[]} hours The one under way and the 23 before it, the oldest first
 * @property {MessageCounts} month of 30 days
 * @property {(NumberRating)[]} ratings What Meta said of the number within a year, the newest first; no more than 50
 */

/**
 * @typedef {object} NumberHour
 * @property {string} at when it began
 * @property {number} failed that Meta refused for good, or reported as failed
 * @property {number} received of customers
 * @property {number} sent that Meta took
 */

/**
 * @typedef {object} NumberRating
 * @property {string} at
 * @property {string} [quality] GREEN, YELLOW, RED or UNKNOWN
 * @property {string} [tier] TIER_250, …, TIER_UNLIMITED
 */

/**
 * @typedef {object} Numbers
 * @property {(PhoneNumber)[]} numbers
 */

/**
 * @typedef {object} Ordered
 * @property {number} job see /api/v1/jobs/{id}: one item for each number
 */

/**
 * @typedef {object} OwnTenant
 * @property {string} id
 * @property {TenantLimits} limits
 * @property {string} name
 * @property {TenantUse} use
 */

/**
 * @typedef {object} OwnTenantBody
 * @property {string} name
 */

/**
 * @typedef {object} Owner
 * @property {number} epoch Number of this ownership
 * @property {string} [id]
 * @property {'nobody'|'agent'|'assistant'|'phone'|'contact'|'system'|'integration'|'unknown'} kind
 * @property {string} [name]
 * @property {string} [since]
 */

/**
 * @typedef {object} OwnerChange
 * @property {Party} by
 * @property {'claim'|'assign'|'transfer'|'release'|'take_over'|'owner_left'|'answered'|'team_gone'|'start'|'unknown'} cause
 * @property {number} epoch
 * @property {Party} from
 * @property {Message} [note]
 * @property {string} [team_id]
 * @property {Party} to
 */

/**
 * @typedef {object} Party
 * @property {string} [id]
 * @property {'nobody'|'agent'|'assistant'|'phone'|'contact'|'system'|'integration'|'unknown'} kind
 * @property {string} [name]
 */

/**
 * @typedef {object} PasswordBody
 * @property {string} [current] Not asked for after a fresh sign-in at the company's provider
 * @property {string} password 8 to 200 bytes, none of those that everybody tries first
 */

/**
 * @typedef {object} Pause
 * @property {boolean} [all] What people write waits, too; else only what the assistant and broadcasts send
 * @property {(string)[]} numbers
 * @property {number} [rate] Nothing waits, but they send and receive no more messages a second than this, 1 to 1000; 0: they are paused
 * @property {string} reason Shown to everybody who works with the number
 * @property {string} [until] They go on by themselves then, unless somebody orders otherwise meanwhile; missing: when they are resumed
 */

/**
 * @typedef {object} PhaseChange
 * @property {Party} by
 * @property {string} from
 * @property {string} to
 * @property {string} [until]
 */

/**
 * @typedef {object} PhoneNumber
 * @property {boolean} [coexistence]
 * @property {string} display
 * @property {'ok'|'slow'|'paused'|'stopped'|'unknown'} health
 * @property {'throughput'|'token'|'token_missing'|'account'|'maintenance'} [health_cause] Why the number is not well, as far as it is known; says what to do
 * @property {number} [health_code] Meta's error code
 * @property {string} [health_text]
 * @property {Hold} [hold] what an administrator has the number hold back; missing: nothing
 * @property {string} id
 * @property {string} name
 * @property {string} [quality]
 * @property {number} [rate] messages a second, in and out
 * @property {string} [since] when this health began; absent where all is well
 * @property {string} team_id
 * @property {string} [until] a pause ends by itself then
 */

/**
 * @typedef {object} Position
 * @property {string} [epoch]
 * @property {number} offset
 */

/**
 * @typedef {object} Presence
 * @property {string} [conversation]
 * @property {string} state
 * @property {Party} who
 */

/**
 * @typedef {object} Problem
 * @property {'bad_request'|'bad_login'|'no_session'|'bad_csrf'|'bad_origin'|'forbidden'|'not_found'|'not_owner'|'unclaimed'|'already_owned'|'epoch'|'stale'|'seat_closed'|'not_in_team'|'not_for_number'|'last_admin'|'oneself'|'link_used'|'step_over'|'factor_demanded'|'provider_only'|'last_way'|'email_taken'|'not_applied'|'not_proven'|'no_team'|'tenant_suspended'|'tenant_limit'|'being_erased'|'month_spent'|'too_large'|'window_closed'|'bad_content'|'no_template'|'too_many_open'|'too_many_uploads'|'too_many_attempts'|'in_use'|'outdated'|'unknown_outcome'|'unavailable'|'internal'} code Stable
 * @property {string} [detail]
 * @property {(Item)[]} [difference]
 * @property {string} [field] Which field
 * @property {number} [limit] That the field exceeds: bytes, characters, pixels or pieces, as detail says
 * @property {Owner} [owner]
 * @property {'expired'|'token_invalid'|'token_expired'|'not_permitted'|'unseen'|'not_of_account'|'refused'|'empty'|'too_long'|'too_large'|'pixels'|'file_type'|'coding'|'kind'|'template_unnamed'|'value_missing'|'value_unknown'|'value_lines'|'value_link'|'value_spaces'|'template_long'|'header_long'|'template_parts'|'template_values'|'unknown'|'never_read'|'unreadable'|'paused'|'not_approved'|'field_missing'|'field_long'|'field_many'|'field_twice'|'field_value'|'field_surplus'|'no_message'|'no_reaction'|'too_old'|'no_file'|'no_voice'} [reason] Stable. The rule that a content breaks (bad_content, and bad_request of a note or reason), what is the matter with a template (no_template), with a token (not_proven), or with a link that nobody used (link_used)
 * @property {string} [remedy] What would help
 * @property {number} status
 * @property {string} title
 * @property {string} type
 * @property {number} [version] Of the conversation now
 */

/**
 * @typedef {object} Prompt
 * @property {string} [body]
 * @property {(Choice)[]} [buttons]
 * @property {string} [catalog]
 * @property {Flow} [flow]
 * @property {string} [footer]
 * @property {PromptHeader} [header]
 * @property {string} [label]
 * @property {PromptFile} [media]
 * @property {string} [product]
 * @property {(Section)[]} [sections]
 * @property {string} type
 * @property {string} [url]
 */

/**
 * @typedef {object} PromptFile
 * @property {boolean} [animated]
 * @property {string} [caption]
 * @property {string} [file]
 * @property {string} [file_name]
 * @property {string} [id]
 * @property {string} [link]
 * @property {string} [mime]
 * @property {string} [sha256]
 * @property {string} type
 * @property {boolean} [voice]
 */

/**
 * @typedef {object} PromptHeader
 * @property {string} text
 */

/**
 * @typedef {object} ProtocolError
 * @property {number} code
 * @property {string} [detail]
 * @property {string} name
 * @property {boolean} retry
 */

/**
 * @typedef {object} ProveDomain
 * @property {string} domain
 */

/**
 * @typedef {object} Provider
 * @property {(ProviderDomain)[]} domains Of the settings, and whether the company has proven that they are its own
 * @property {string} login_url Shows the company's button at once
 * @property {string} redirect_uri To be entered at the provider
 * @property {number} revision 0: there is none
 * @property {ProviderSettings} [settings]
 */

/**
 * @typedef {object} ProviderDomain
 * @property {string} name
 * @property {boolean} proven Whoever writes an address of it at the login is shown the company's button
 * @property {string} record Name of the TXT record that proves it
 * @property {string} value What that record must hold
 */

/**
 * @typedef {object} ProviderSettings
 * @property {string} client_id
 * @property {(string)[]} domains Of the e-mail addresses of those who sign in by it; 1 to 20
 * @property {boolean} exclusive People of the domains have no other way in, but those of password_people
 * @property {string} issuer The provider's address, exactly as its discovery document has it
 * @property {'agent'|'manager'|'auditor'} join_role
 * @property {(string)[]} join_teams
 * @property {boolean} joins Whoever has no account is given one
 * @property {string} label On the button
 * @property {(string)[]} password_people Whose password stays good
 * @property {boolean} trusts_email Addresses count as verified though the provider does not say so
 * @property {boolean} trusts_factor Who comes from it is asked for no second factor here
 */

/**
 * @typedef {object} ProviderTest
 * @property {string} authorization Where people are sent
 * @property {boolean} pkce It says that it knows PKCE with S256; without, it is used all the same
 * @property {boolean} userinfo The e-mail may be asked for
 */

/**
 * @typedef {object} ProviderWay
 * @property {string} company For /api/v1/login/provider/{company}
 * @property {string} company_name
 * @property {string} label
 */

/**
 * @typedef {object} ProviderWays
 * @property {(ProviderWay)[]} ways
 */

/**
 * @typedef {object} PublishMedia
 * @property {string} [note] Why; at most 500 characters
 * @property {number} seen_version The newest version that the author has seen; 0: none
 * @property {MediaSettings} settings A field that is left out has the installation's default
 */

/**
 * @typedef {object} PublishNotices
 * @property {string} [note] Why; at most 500 characters
 * @property {number} seen_version The newest version that the author has seen; 0: none
 * @property {NoticeSettings} settings A field that is left out has the installation's default
 */

/**
 * @typedef {object} PublishSignIn
 * @property {string} [note] Why; at most 500 characters
 * @property {number} seen_version The newest version that the author has seen; 0: none
 * @property {SignInSettings} settings A field that is left out has the installation's default
 */

/**
 * @typedef {object} PublishedMedia
 * @property {Party} [by]
 * @property {string} [created_at]
 * @property {string} [effective_from] When all members switch to it: three seconds after it was published
 * @property {string} [note]
 * @property {MediaSettings} settings
 * @property {number} version From 1; 0: nothing was published, the default of the installation holds
 */

/**
 * @typedef {object} PublishedNotices
 * @property {Party} [by]
 * @property {string} [created_at]
 * @property {string} [effective_from] When all members switch to it: three seconds after it was published
 * @property {string} [note]
 * @property {NoticeSettings} settings
 * @property {number} version From 1; 0: nothing was published, the default of the installation holds
 */

/**
 * @typedef {object} PublishedSignIn
 * @property {Party} [by]
 * @property {string} [created_at]
 * @property {string} [effective_from] When all members switch to it: three seconds after it was published
 * @property {string} [note]
 * @property {SignInSettings} settings
 * @property {number} version From 1; 0: nothing was published, the default of the installation holds
 */

/**
 * @typedef {object} QR
 * @property {string} path SVG path of the dark modules, in a box of size by size
 * @property {number} size Modules of a side, the quiet zone of four on each side among them
 */

/**
 * @typedef {object} QuickReplies
 * @property {boolean} keeps_all And of the whole company
 * @property {boolean} keeps_teams Whoever asks may make some of a team
 * @property {(QuickReply)[]} replies
 */

/**
 * @typedef {object} QuickReply
 * @property {string} changed_at
 * @property {string} changed_by Name of who changed it last
 * @property {string} id
 * @property {boolean} may_change Whoever asks may change it
 * @property {number} revision Raised by each change
 * @property {string} shortcut Without its slash
 * @property {string} [team_id] Of a team's
 * @property {string} text Variables stand in it as {{contact.name}} or {{delivery date}}; those without a dot are asked for
 * @property {string} title
 * @property {number} used Times that it was inserted
 * @property {string} [used_at]
 * @property {'own'|'team'|'company'} visibility Who may use it
 */

/**
 * @typedef {object} ReadBody
 * @property {number} [version] Default: the newest
 */

/**
 * @typedef {object} Receiver
 * @property {string} agent_id
 * @property {number} capacity At most; 0: no limit
 * @property {number} load Open conversations now
 * @property {number} may How many of the conversations the person may own, by team and number
 * @property {string} name
 */

/**
 * @typedef {object} Recovery
 * @property {(string)[]} recovery_codes Each is good once, instead of a code
 */

/**
 * @typedef {object} RegisterNumberBody
 * @property {string} account_id WhatsApp Business Account id
 * @property {string} [app_id] Meta app of the company by which it is connected, see /api/v1/apps; empty: that of the installation; missing: as before
 * @property {boolean} [coexistence] the phone app is used beside the API
 * @property {string} display
 * @property {string} id Meta's phone number id
 * @property {string} [name]
 * @property {string} portfolio_id The business portfolio that owns the account; it belongs to one tenant
 * @property {number} [rate] messages a second, in and out; 0: what Meta grants: 80, 1000 once it has announced that, or 20 with coexistence
 * @property {string} team_id
 * @property {string} [token] Access token; empty keeps the stored one
 */

/**
 * @typedef {object} RenameMetaApp
 * @property {string} name
 */

/**
 * @typedef {object} ReplaceToken
 * @property {string} token A system user's access token, which may manage the number's account and send
 */

/**
 * @typedef {object} ReplacedToken
 * @property {string} [expires_at] Missing: never, as far as Meta tells
 * @property {string} id
 * @property {string} [token_kind]
 */

/**
 * @typedef {object} RescheduleBody
 * @property {string} at In the future, at most five years from now
 * @property {boolean} [cancel_if_answered] Not sent, if the customer writes before; default true
 * @property {string} [message_id] As in the path
 */

/**
 * @typedef {object} ResetBody
 * @property {string} password 8 to 200 bytes, none of those that everybody tries first
 * @property {string} token What stands behind #reset= in the link
 */

/**
 * @typedef {object} ResetLink
 * @property {string} expires_at
 * @property {string} link
 */

/**
 * @typedef {object} ResetLinkBody
 * @property {string} token What stands behind #reset= in the link
 */

/**
 * @typedef {object} ResetOf
 * @property {string} email
 */

/**
 * @typedef {object} ResolveMessageBody
 * @property {string} [message_id] As in the path
 * @property {boolean} [resend] Send again, at the risk of twice; else it counts as failed
 */

/**
 * @typedef {object} Result
 * @property {boolean} [already] It had been carried out before
 * @property {(string)[]} [leaving]
 * @property {string} [message_id]
 * @property {Owner} owner
 * @property {string} phase
 * @property {number} version
 * @property {string} [window_closes_at]
 */

/**
 * @typedef {object} Resume
 * @property {(string)[]} numbers
 */

/**
 * @typedef {object} Row
 * @property {Contact} contact
 * @property {string} id
 * @property {Last} last
 * @property {boolean} [marked_unread] By its owner, who had read it
 * @property {Owner} owner
 * @property {'open'|'pending'|'snoozed'|'resolved'|'none'} phase
 * @property {string} phone_number_id
 * @property {string} [queued_since]
 * @property {(Due)[]} [scheduled] What is to leave later, without its words
 * @property {string} [snoozed_until] Until when it is snoozed. Of one that is not: it came back by itself then, and nobody has seen that yet.
 * @property {string} [started_at]
 * @property {string} team_id
 * @property {'us'|'customer'} turn Who has to do something next: us, if the customer wrote last or our last message was refused or withdrawn.
 * @property {number} unread Messages of the customer since ours or since they were read; at least 1 for who got it from somebody else, and when it comes back from a snooze.
 * @property {number} version The higher one wins
 * @property {string} [window_closes_at]
 */

/**
 * @typedef {object} Scheduled
 * @property {string} at
 * @property {boolean} cancel_if_answered Not sent, if the customer writes before
 * @property {Message} message
 */

/**
 * @typedef {object} ScheduledList
 * @property {(Scheduled)[]} scheduled
 * @property {number} version Of the conversation, as its row has it
 */

/**
 * @typedef {object} Section
 * @property {(string)[]} [products]
 * @property {(Choice)[]} [rows]
 * @property {string} [title]
 */

/**
 * @typedef {object} SendBody
 * @property {string} [at] When it is to leave; without it now. Whether the window allows it is judged then; what it surely will not is refused at once. Listed under scheduled until then
 * @property {boolean} [cancel_if_answered] With at: not sent, if the customer writes before; default true
 * @property {boolean} [claim] Claim first if nobody owns it
 * @property {(ContactCard)[]} [contacts] Up to 257 contacts; a telephone number with its country can be written to from the card
 * @property {boolean} [despite_stale] Send although something arrived since
 * @property {string} [echo_id] Names the send; sent again it is the same message
 * @property {Prompt} [interactive] What the person may tap: buttons, a list, a link, a form, products
 * @property {LocationPart} [location]
 * @property {SendFile} [media] A file that was uploaded before
 * @property {number} [owner_epoch] If given, refuse under another ownership
 * @property {string} [quoted] Id of the message of the conversation that this one answers
 * @property {SendReaction} [reaction] Marks a message of the conversation
 * @property {number} [seen_version] Version that the composer was looking at
 * @property {TemplateBody} [template] One that the number has and that is approved, with a value for each variable. Until the templates of the number's account have been read from Meta, every template is refused (no_template).
 * @property {string} [text] At most 4096 characters
 * @property {'resolved'|'snoozed'} [then] What the conversation becomes with the send, in one step; a refused or repeated send changes nothing. Otherwise it is open
 * @property {string} [until] Until when it is snoozed: at most five years from now
 */

/**
 * @typedef {object} SendFile
 * @property {string} [caption] At most 1024 characters; audio and stickers have none
 * @property {string} [file] Id of an uploaded file
 * @property {string} [file_name] Of a document, as the person sees it
 * @property {string} [link] Instead of file: an address that Meta can fetch it from
 * @property {'image'|'video'|'audio'|'document'|'sticker'} [type] How it is sent; a file that was uploaded knows it by itself
 * @property {boolean} [voice] A voice message: audio in Ogg with Opus
 */

/**
 * @typedef {object} SendReaction
 * @property {string} [emoji] One emoji; none takes the reaction back
 * @property {string} target Id of the message
 */

/**
 * @typedef {object} Session
 * @property {string} [address] Network address that it was opened from
 * @property {string} [client] What the browser says it is
 * @property {string} created_at
 * @property {string} id
 * @property {boolean} [own] The session that asks
 * @property {string} seen_at At most a minute older than its last use
 */

/**
 * @typedef {object} SessionList
 * @property {(Session)[]} sessions
 */

/**
 * @typedef {object} SetNoticeWebhook
 * @property {string} url An https address of the open internet; empty takes the webhook away
 */

/**
 * @typedef {object} SetProvider
 * @property {string} [client_secret] Empty leaves the one that there is
 * @property {number} seen_revision That which was read; 0 where there was none
 * @property {ProviderSettings} settings
 */

/**
 * @typedef {object} Setup
 * @property {boolean} named Somebody has given the company its name
 * @property {number} numbers Business numbers that the tenant has; without one nothing can arrive
 */

/**
 * @typedef {object} ShareBody
 * @property {string} agent_id
 * @property {number} most
 */

/**
 * @typedef {object} SignInCode
 * @property {string} code Six digits of the authenticator, or a recovery code
 * @property {string} token What login answered
 */

/**
 * @typedef {object} SignInEnrol
 * @property {string} token What login answered
 */

/**
 * @typedef {object} SignInHistory
 * @property {(PublishedSignIn)[]} versions
 */

/**
 * @typedef {object} SignInSettings
 * @property {'optional'|'admins'|'all'} factor Who must have a second factor; who has none is led to it at the next sign-in, and his open sessions end
 */

/**
 * @typedef {object} SignInStep
 * @property {string} expires_at
 * @property {'code'|'enrol'} next What is asked for: a code, or that a second factor is set up first
 * @property {string} token For the second step alone
 */

/**
 * @typedef {object} SnoozeBody
 * @property {string} until In the future, at most five years from now
 */

/**
 * @typedef {object} Status
 * @property {string} [at]
 * @property {number} [error_code]
 * @property {string} [error_text]
 * @property {string} message_id
 * @property {'waiting'|'uploading'|'queued'|'accepted'|'sent'|'delivered'|'read'|'played'|'failed'|'ambiguous'|'withdrawn'} state
 * @property {string} [wamid] what reactions and quotes of the message name
 */

/**
 * @typedef {object} Stop
 * @property {'customer'|'meta'|'agent'} by meta: an answer of Meta shows it
 * @property {string} [name] Of the agent
 * @property {string} since
 */

/**
 * @typedef {object} Suggested
 * @property {string} contact_id
 * @property {(Row)[]} conversations The newest first
 * @property {string} name
 */

/**
 * @typedef {object} Suggestion
 * @property {string} at
 * @property {Suggested} other
 * @property {string} reason
 * @property {Suggested} winner
 */

/**
 * @typedef {object} Suggestions
 * @property {(Suggestion)[]} suggestions
 */

/**
 * @typedef {object} SuspendTenantBody
 * @property {string} reason What its people are told when they log in
 */

/**
 * @typedef {object} TakeOverBody
 * @property {string} [echo_id] Names the order: sent again, its reason is there once, and the answer is 200, already. Without one, the same reason to the same ownership is the same order
 * @property {string} [reason]
 */

/**
 * @typedef {object} Tally
 * @property {number} customer Where we wrote last
 * @property {number} n Conversations
 * @property {number} unread With unread messages
 * @property {number} us Where the customer wrote last
 */

/**
 * @typedef {object} Team
 * @property {string} id
 * @property {boolean} mine
 * @property {string} name
 * @property {number} revision Rises with each change of the name
 */

/**
 * @typedef {object} TeamBody
 * @property {string} id
 * @property {string} name
 * @property {number} [revision] That of the team as it was seen: a change made meanwhile is then not overwritten, and refused as outdated
 */

/**
 * @typedef {object} TeamEnd
 * @property {number} job See /api/v1/jobs/{id}
 */

/**
 * @typedef {object} TeamEndBody
 * @property {string} into Another team
 */

/**
 * @typedef {object} TeamMembers
 * @property {(string)[]} changed
 */

/**
 * @typedef {object} TeamMembersBody
 * @property {(string)[]} [add]
 * @property {(string)[]} [remove] Their conversations of this team go back to its queue, by a job
 */

/**
 * @typedef {object} TeamNumbersBody
 * @property {(string)[]} numbers New conversations on them begin in this team
 */

/**
 * @typedef {object} Teams
 * @property {(Team)[]} removed Merged or removed: names for what happened in them
 * @property {(Team)[]} teams
 */

/**
 * @typedef {object} Template
 * @property {string} body
 * @property {(TemplateButton)[]} [buttons]
 * @property {string} category MARKETING, UTILITY, AUTHENTICATION
 * @property {string} [footer]
 * @property {TemplateHeader} [header]
 * @property {string} language As Meta lists it: pt_BR
 * @property {string} name
 * @property {string} [quality] GREEN, YELLOW, RED
 * @property {string} [reason] Why Meta rejected it
 * @property {string} status approved, pending, rejected, paused, …; only approved ones can be sent
 * @property {string} [unsupported] Parts that values cannot fill: it can only be sent with components
 * @property {(TemplateVariable)[]} variables
 */

/**
 * @typedef {object} TemplateBody
 * @property {any} [components] Instead of values: the components of Meta's API, sent as they are after the same check
 * @property {string} language en_US or en-US
 * @property {string} name
 * @property {Record<string, string>} [values] For each variable of the template, by its key
 */

/**
 * @typedef {object} TemplateButton
 * @property {string} [phone]
 * @property {string} [text]
 * @property {string} type
 * @property {string} [url]
 */

/**
 * @typedef {object} TemplateHeader
 * @property {string} [format]
 * @property {string} [link]
 * @property {string} [text]
 */

/**
 * @typedef {object} TemplateVariable
 * @property {string} [example]
 * @property {string} key
 * @property {string} kind
 * @property {string} [name]
 * @property {string} part
 */

/**
 * @typedef {object} Templates
 * @property {string} [failure] Why the last reading failed
 * @property {boolean} [more] There are more than the 1000 that fit: search with q
 * @property {string} [synced_at] When the list was read; missing: never
 * @property {(Template)[]} templates
 */

/**
 * @typedef {object} Tenant
 * @property {string} created_at
 * @property {string} [erase_at] When everything of it is removed; until then it can be resumed
 * @property {string} id
 * @property {TenantLimits} limits
 * @property {string} name
 * @property {string} [reason] Why it is not active, as its people are told
 * @property {'active'|'suspended'|'closing'} state
 * @property {string} state_at Since when it is so
 * @property {TenantUse} use
 */

/**
 * @typedef {object} TenantLimits
 * @property {number} [monthly_messages] Messages sent in a calendar month (UTC); missing: as many as it likes
 * @property {number} [numbers] Business numbers; missing: as many as it likes
 * @property {number} [seats] People who may log in and open invitations; missing: as many as it likes
 */

/**
 * @typedef {object} TenantList
 * @property {(Tenant)[]} tenants
 */

/**
 * @typedef {object} TenantUse
 * @property {number} monthly_messages Handed to Meta in this calendar month (UTC), each once
 * @property {number} numbers
 * @property {number} seats People who may log in and open invitations
 */

/**
 * @typedef {object} TestNotice
 * @property {'mail'|'webhook'} channel
 */

/**
 * @typedef {object} TestProvider
 * @property {string} issuer
 */

/**
 * @typedef {object} Thread
 * @property {number} [after] For the page after
 * @property {number} [before] For the page before; missing on the first
 * @property {(Item)[]} items
 * @property {number} version Of the conversation now: subscribe from here
 */

/**
 * @typedef {object} Touched
 * @property {number} conversations that are open
 * @property {number} people who own some of them
 * @property {number} unanswered whose customer wrote last
 * @property {number} waiting messages that wait to be sent; no more than 1000 of a number are counted
 */

/**
 * @typedef {object} TransferBody
 * @property {string} [agent_id] Empty: the queue
 * @property {boolean} [drop_scheduled] What is scheduled is not sent; else it leaves as it stands, with its author
 * @property {string} [echo_id] Names the order: sent again, its note is there once, and the answer is 200, already. Without one, the same note to the same ownership is the same order
 * @property {string} [note]
 * @property {string} [team_id] Empty: stays with its team
 */

/**
 * @typedef {object} UnconfirmedSend
 * @property {Row} conversation
 * @property {boolean} heard_since Meta has told of the number since, and nothing of this message: it probably did not arrive
 * @property {Message} message
 * @property {string} since
 * @property {boolean} wrote_since The person has written since, and may have answered it
 */

/**
 * @typedef {object} UnconfirmedSends
 * @property {boolean} more There are more than the limit
 * @property {(UnconfirmedSend)[]} sends The oldest first
 */

/**
 * @typedef {object} UndeliveredNotice
 * @property {string} address
 * @property {string} at
 * @property {'mail'|'webhook'} channel
 * @property {string} error
 * @property {boolean} given_up It is not tried again
 */

/**
 * @typedef {object} UnmatchedStatus
 * @property {string} at
 * @property {number} [error_code]
 * @property {string} [error_text]
 * @property {string} phone_number_id
 * @property {string} received_at
 * @property {string} status
 * @property {string} wamid
 */

/**
 * @typedef {object} UnmatchedStatuses
 * @property {(UnmatchedStatus)[]} unmatched
 */

/**
 * @typedef {object} Upload
 * @property {boolean} [animated]
 * @property {(BarredUpload)[]} [barred] What one would expect it to be sent as, and why it cannot
 * @property {string} [declared] What was said of it, where its content says otherwise
 * @property {string} [expires_at] Until when it may be sent for the first time
 * @property {number} [height]
 * @property {string} id
 * @property {(string)[]} kinds What it may be sent as (media.type), the best first: image, video, audio, sticker, document
 * @property {string} name Cleaned: no path, no control signs
 * @property {string} sha256
 * @property {number} size Bytes
 * @property {string} type By its content
 * @property {boolean} [voice] It may leave as a voice message
 * @property {number} [width] Pixels, of a picture
 */

export {};
