package codes

import (
	"cmp"
	"slices"
	"time"
)

// Class says what an error code allows next.
type Class string

// Classes of errors.
const (
	Retry      Class = "retry"           // a passing fault: again with back-off
	RetryUser  Class = "retry_this_user" // only this person waits
	RetryLater Class = "retry_later"     // hours, not seconds
	Permanent  Class = "permanent"       // this message will never go
	Template   Class = "template"        // the template's state forbids it
	NumberStop Class = "number_stop"     // the number or account is stopped
	AuthStop   Class = "auth_stop"       // the token or its rights are gone
	Human      Class = "human"           // a person decides
	Ignore     Class = "ignore"          // a placeholder or a note
)

// Subject is what a code is about: the rest is not to blame.
type Subject string

// Subjects.
const (
	AboutMessage  Subject = "message"
	AboutPerson   Subject = "person"
	AboutTemplate Subject = "template"
	AboutNumber   Subject = "number"
	AboutToken    Subject = "token"
	AboutAccount  Subject = "account"
	AboutMeta     Subject = "meta"
)

// Info is what a code means. Meaning and Next are short English, shown beside the failed
// message.
type Info struct {
	Code    int
	Last    int // of a range of codes that mean the same; 0: this one alone
	Class   Class
	About   Subject
	Breaker Breaker // that the code opens; "": none
	// Retries is how often one message is tried again at most; 0: as long as its class
	// and its time allow.
	Retries int
	Wait    time.Duration // before the next try, if one is allowed
	Group   string        // of the words for it on the page; "": none of its own
	Meaning string
	Next    string // next allowed action
	Known   bool
}

// Explain looks a code up. An unknown code is permanent here: what its HTTP status makes
// of it the client knows.
func Explain(code int) Info {
	row, known := find(code)
	row.Code, row.Known = code, known
	if !known {
		row.Class, row.About, row.Meaning = Permanent, AboutMessage, "Meta reported an unknown error."
	}
	next, wait := nextForClass(row.Class)
	if row.Next == "" {
		row.Next = next
		row.Wait = cmp.Or(row.Wait, wait)
	}
	return row
}

// All lists the rows of the table by code, as they are written.
func All() []Info { return slices.Clone(table) }

func find(code int) (Info, bool) {
	// The last row that begins at the code or before.
	at, exact := slices.BinarySearchFunc(table, code, func(row Info, code int) int { return cmp.Compare(row.Code, code) })
	if !exact {
		at--
	}
	if at < 0 || code > max(table[at].Code, table[at].Last) {
		return Info{}, false
	}
	return table[at], true
}

// nextForClass says in words what may be done, and how long to wait before, where a
// code says nothing of its own.
func nextForClass(class Class) (string, time.Duration) {
	switch class {
	case Retry:
		return "Nothing: it is sent again by itself.", time.Second
	case RetryUser:
		return "Nothing: it is sent again in some seconds.", 6 * time.Second
	case RetryLater:
		return "Nothing: it is sent again later.", time.Hour
	case Template:
		return "Choose another template.", 0
	case NumberStop:
		return "An administrator must look at the number in WhatsApp Manager.", 0
	case AuthStop:
		return "An administrator must renew the access token or its permissions.", 0
	case Human:
		return "Decide what to do with this message.", 0
	case Ignore:
		return "Nothing.", 0
	}
	return "Change the message before sending it again.", 0
}
