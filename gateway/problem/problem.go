package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/cluster"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/view"
	"github.com/prosa-chat/prosa/persistence"
)

// Problem is the answer to a request that was not carried out (RFC 9457), and
// the refused result of a command on a socket. Code is stable, and so is Reason,
// which says of a content or template the rule that it breaks; Remedy says what
// would help. Owner and Version are as of now, for refusals by a conversation;
// Difference is what arrived after the version that the sender had seen.
type Problem struct {
	Type       string      `json:"type"`
	Title      string      `json:"title"`
	Status     int         `json:"status"`
	Detail     string      `json:"detail,omitempty"`
	Code       string      `json:"code" doc:"Stable" enum:"bad_request,bad_login,no_session,bad_csrf,bad_origin,forbidden,not_found,not_owner,unclaimed,already_owned,epoch,stale,seat_closed,not_in_team,not_for_number,last_admin,oneself,link_used,step_over,factor_demanded,provider_only,last_way,email_taken,not_applied,not_proven,no_team,tenant_suspended,tenant_limit,being_erased,month_spent,too_large,window_closed,bad_content,no_template,too_many_open,too_many_uploads,too_many_attempts,in_use,outdated,unknown_outcome,unavailable,internal"`
	Reason     string      `json:"reason,omitempty" doc:"Stable. The rule that a content breaks (bad_content, and bad_request of a note or reason), what is the matter with a template (no_template), with a token (not_proven), or with a link that nobody used (link_used)" enum:"expired,token_invalid,token_expired,not_permitted,unseen,not_of_account,refused,empty,too_long,too_large,pixels,file_type,coding,kind,template_unnamed,value_missing,value_unknown,value_lines,value_link,value_spaces,template_long,header_long,template_parts,template_values,unknown,never_read,unreadable,paused,not_approved,field_missing,field_long,field_many,field_twice,field_value,field_surplus,no_message,no_reaction,too_old,no_file,no_voice"`
	Field      string      `json:"field,omitempty" doc:"Which field"`
	Limit      int         `json:"limit,omitempty" doc:"That the field exceeds: bytes, characters, pixels or pieces, as detail says"`
	Remedy     string      `json:"remedy,omitempty" doc:"What would help"`
	Owner      *view.Owner `json:"owner,omitempty"`
	Version    uint64      `json:"version,omitempty" doc:"Of the conversation now"`
	Difference []view.Item `json:"difference,omitempty"`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// New fills a Problem for one of the codes of package code. This table is the
// only place where a code meets an HTTP status.
func New(name, detail string) *Problem {
	p := &Problem{Type: "urn:prosa:problem:" + name, Code: name, Detail: detail}
	set := func(status int, title, remedy string) { p.Status, p.Title, p.Remedy = status, title, remedy }
	switch name {
	case code.BadRequest:
		set(400, "The request is not understood", "correct the named field")
	case code.BadLogin:
		set(401, "E-mail or password is wrong", "try again")
	case code.NoSession:
		set(401, "Not logged in", "log in")
	case code.BadCSRF:
		set(403, "The CSRF token is missing or old", "read csrf_token from /api/v1/me and send it as X-CSRF-Token")
	case code.BadOrigin:
		set(403, "The origin is not allowed", "call from the inbox itself, or allow the origin in the configuration")
	case code.Forbidden:
		set(403, "Not allowed", "ask a manager or an admin")
	case code.NotFound:
		set(404, "Not found", "")
	case code.NotOwner:
		set(409, "Somebody else owns the conversation", "ask the owner, or take it over with a reason")
	case code.Unclaimed:
		set(409, "Nobody owns the conversation", "claim it first, or send with claim")
	case code.AlreadyOwned:
		set(409, "The claim came too late", "look at the owner; take over with a reason if you must")
	case code.StaleEpoch:
		set(409, "The ownership has changed", "look at the owner and decide again")
	case code.Stale:
		set(409, "Something arrived that you had not seen", "read the difference, then send with the new seen_version or despite_stale")
	case code.SeatClosed:
		set(409, "The account is disabled", "choose somebody else, or a team's queue")
	case code.NotInTeam:
		set(409, "The agent does not work for the conversation's team", "choose somebody of the team, or hand over to another team")
	case code.NotForNumber:
		set(409, "The agent does not work with the conversation's number", "choose somebody who does, or a team's queue")
	case code.LastAdmin:
		set(409, "The tenant would have no administrator", "make somebody else an administrator first")
	case code.Oneself:
		set(409, "Nobody does that to himself", "ask another administrator")
	case code.LinkUsed:
		set(410, "The link is used up or has expired", "ask an administrator for a new one")
	case code.StepOver:
		set(410, "The sign-in must be begun again", "log in once more")
	case code.FactorDemanded:
		set(409, "The company asks for a second factor", "set up another phone instead, or ask an administrator")
	case code.ProviderOnly:
		set(403, "The company signs in by its own provider", "use the company's button")
	case code.LastWay:
		set(409, "No administrator could sign in with a password", "keep a password for an administrator in the settings of sign-in first")
	case code.EmailTaken:
		set(409, "The e-mail address has an account", "use another address")
	case code.InUse:
		set(409, "It is in use", "end that use first")
	case code.Outdated:
		set(409, "Somebody has changed it since you read it", "read it again, then send the version or revision that it has now")
	case code.TooLarge:
		set(413, "The request is too large", "send less")
	case code.WindowClosed:
		set(422, "The 24-hour service window is closed", "send an approved template")
	case code.BadContent:
		set(422, "The content cannot be sent", "correct the named field")
	case code.NoTemplate:
		set(422, "The template cannot be sent", "choose one that /api/v1/numbers/{id}/templates lists as approved; new ones are read within minutes")
	case code.NotApplied:
		set(422, "The event cannot be applied", "see the reason; events of a number are applied when it is registered")
	case code.NotProven:
		set(422, "Meta does not confirm this number", "correct the named field; the ids stand on API Setup of the app's dashboard")
	case code.NoTeam:
		set(422, "There is no such team", "choose one that /api/v1/teams lists, or make it first with POST /api/v1/teams")
	case code.TenantSuspended:
		set(403, "The company is suspended", "ask whoever runs this installation")
	case code.TenantLimit:
		set(409, "The company has as much as it may have", "give some up first, or ask whoever runs this installation for more")
	case code.BeingErased:
		set(409, "What another company left of it is still being erased", "register it again when that has ended; nothing of yours is lost by waiting")
	case code.MonthSpent:
		set(429, "The company's messages of this month are used up", "wait for the next month, or ask whoever runs this installation for more")
	case code.PausedAlready:
		set(409, "The number holds back more already", "resume it first")
	case code.TooManyOpen:
		set(429, "Too many messages are waiting to leave", "wait until some have left")
	case code.TooManyUploads:
		set(429, "Too many uploaded files were not sent", "send some, or remove some")
	case code.TooManyAttempts:
		set(429, "Too many attempts", "wait a minute")
	case code.UnknownOutcome:
		set(504, "It is not known whether this was done", "send the same request again with the same echo_id: it is done once")
	case code.Unavailable:
		set(503, "Not now", "nothing was done; try again in a moment")
	default:
		set(500, "Internal error", "try again; if it stays, tell the operator the request id")
		p.Code, p.Type = code.Internal, "urn:prosa:problem:"+code.Internal
	}
	return p
}

// Field is a request whose field cannot be used.
func Field(field, detail string) *Problem {
	p := New(code.BadRequest, detail)
	p.Field = field
	return p
}

const DatabaseAway = "the database does not answer"

// Of gives every error its answer. What is not known here is internal
// outside; the caller logs the whole.
func Of(err error) *Problem {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return New(code.TooLarge, "")
	}
	if e, ok := errors.AsType[*cluster.Error](err); ok {
		switch e.Code {
		case "unknown":
			return New(code.UnknownOutcome, "")
		case "unavailable", "broken", "unreadable":
			return New(code.Unavailable, "")
		case "refused":
			return New(code.BadContent, "the database refuses the text")
		}
		return New(code.Internal, "")
	}
	if e, ok := errors.AsType[*cloudapi.ProofError](err); ok {
		p := New(code.NotProven, e.Detail)
		p.Field, p.Remedy = e.Field, e.Remedy
		return p
	}
	if _, ok := errors.AsType[*cloudapi.SendError](err); ok {
		return New(code.Unavailable, "Meta does not answer")
	}
	if e, ok := errors.AsType[*persistence.ClosedError](err); ok {
		return New(code.TenantSuspended, e.Reason)
	}
	if e, ok := errors.AsType[*persistence.LimitError](err); ok {
		return New(code.TenantLimit, fmt.Sprintf("it may have %d %s", e.Most, e.What))
	}
	if e, ok := errors.AsType[*persistence.ErasingError](err); ok {
		return New(code.BeingErased, e.Error())
	}
	switch {
	case errors.Is(err, persistence.ErrPortfolioTaken):
		p := New(code.NotProven, "the portfolio belongs to another tenant of this installation")
		p.Field, p.Remedy = "portfolio_id", "register its numbers there, or ask the operator"
		return p
	case errors.Is(err, persistence.ErrNotFound):
		return New(code.NotFound, "")
	case errors.Is(err, cluster.ErrUnknown), errors.Is(err, context.DeadlineExceeded):
		return New(code.UnknownOutcome, "")
	case errors.Is(err, cluster.ErrBusy), errors.Is(err, cluster.ErrNoMember), errors.Is(err, cluster.ErrStopped),
		errors.Is(err, context.Canceled):
		return New(code.Unavailable, "")
	case persistence.Away(err):
		return New(code.Unavailable, DatabaseAway)
	}
	return New(code.Internal, "")
}

// Refused turns a refused outcome into a problem that names owner and version.
func Refused(o *actorpb.Outcome) *Problem {
	p := New(o.Refusal, o.Detail)
	p.Field, p.Reason = o.Field, o.Reason
	switch o.Reason {
	case "never_read":
		p.Remedy = "wait a minute: the list is read after a number is registered, and then again and again"
	case "unreadable":
		p.Remedy = "an admin gives the number a token that may read its account's templates; they are then read within a minute"
	}
	if p.Status < 500 && o.Refusal != code.NotFound {
		p.Version = o.Version
		p.Owner = &view.Owner{Party: view.OfParty(o.Owner), Epoch: o.OwnerEpoch, Since: view.Time(o.OwnedSinceMs)}
	}
	return p
}

// AttemptPause is after how many seconds one more attempt to log in is allowed.
const AttemptPause = 20

// retryAfter is a pause in seconds.
func (p *Problem) retryAfter() int {
	if p.Code == code.TooManyAttempts {
		return AttemptPause
	}
	return 1
}

// WriteUnavailable answers 503 in the API's own form, for a process that has no
// engine to ask.
func WriteUnavailable(w http.ResponseWriter, detail string) {
	Write(w, New(code.Unavailable, detail))
}

func Write(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(p.retryAfter()))
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may be gone
}
