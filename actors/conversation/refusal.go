package conversation

// Refusal is an ordinary answer: a rule forbids the command. Code is stable and
// translated by the screens, Detail is for people.
type Refusal struct {
	Code   string
	Detail string
}

// Codes of refusals.
const (
	NotFound     = "not_found"
	NotOwner     = "not_owner"     // somebody else owns it
	Unclaimed    = "unclaimed"     // nobody owns it: claim first
	AlreadyOwned = "already_owned" // a claim came too late
	StaleEpoch   = "epoch"         // decided on an older ownership
	Stale        = "stale"         // something arrived that the composer had not seen
	WindowClosed = "window_closed"
	TooManyOpen  = "too_many_open"
	BadContent   = "bad_content"
	BadRequest   = "bad_request"
	Forbidden    = "forbidden"
)

func (r *Refusal) Error() string { return r.Code + ": " + r.Detail }

func refuse(code, detail string) *Refusal { return &Refusal{Code: code, Detail: detail} }
