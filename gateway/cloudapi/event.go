package cloudapi

import (
	"encoding/json"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Kind says which part of an Event is set.
type Kind string

// Kinds of events.
const (
	KindMessage     Kind = "message"      // a person wrote to us
	KindStatus      Kind = "status"       // how far one of our messages got
	KindNumberError Kind = "number_error" // a trouble of the whole number
	KindField       Kind = "field"        // anything else, stored as it came
	KindBroken      Kind = "broken"       // an item that could not be read
)

// Delivery is one webhook POST, cut into events in document order.
type Delivery struct {
	Events []Event
}

// Event is one item of a delivery. Exactly the part named by Kind is set.
// Index is its place in the delivery, counted from 0 and stable: the same body
// always gives the same indexes. Raw pieces point into the body given to Parse.
type Event struct {
	Index         int
	Kind          Kind
	AccountID     wa.AccountID     // WABA of the entry; may be empty
	PhoneNumberID wa.PhoneNumberID // empty for events of an account
	DisplayNumber string           // for humans only: formats differ

	Message     *Message
	Status      *Status
	NumberError *NumberError
	Field       *Field
	Broken      *Broken
}

// Message is what a person sent. From holds the sender's addresses in order of
// precedence: BSUID, parent BSUID, phone; at least one. At is Meta's clock, zero
// where it cannot be read.
type Message struct {
	ID          wa.MessageID
	At          time.Time
	From        []wa.Alias
	ProfileName string
	Username    string
	GroupID     string
	Content     wa.Content
	// Identity is set for system messages that change a number or a user id.
	Identity *IdentityChange
	// ErrorCode tells why Meta could not hand the message over: 131051
	// unsupported, 131060 placeholder until the true message comes, 131052 media.
	ErrorCode int
	// Referral is the ad or post that the person came from.
	Referral json.RawMessage
}

// IdentityChange names the old and new addresses of one person. Unknown ones
// are empty; the old phone can be missing, the new one withheld.
type IdentityChange struct {
	Type                 string // user_changed_number, user_changed_user_id
	OldPhone             string
	NewPhone             string
	PreviousUserID       string
	NewUserID            string
	PreviousParentUserID string
	NewParentUserID      string
}

// Status is a report about one of our messages. Status values that Meta adds
// later are kept as text and have no rank.
type Status struct {
	MessageID  wa.MessageID // wamid of our message
	Status     wa.Status
	At         time.Time // zero where it cannot be read
	Opaque     string    // our biz_opaque_callback_data
	Recipients []wa.Alias
	GroupID    string // set for group messages; Recipients is then the participant
	Error      *ErrorDetail
	Pricing    *Pricing
}

// Pricing is what Meta says that it charges for a message.
type Pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

// ErrorDetail is an error as Meta reports it. Decide by Code only.
type ErrorDetail struct {
	Code   int
	Title  string
	Detail string
}

// NumberError is a trouble of the number outside any message, 130429 above all.
type NumberError struct {
	ErrorDetail
}

// Field is anything that is not a message, status or error of a number: other
// webhook fields with their whole value, or a part of the field messages
// (user_actions, conversation_context, …) with that part only.
type Field struct {
	Name string // messages, history, smb_message_echoes, account_update, …
	Part string // key of the part, for the field messages only
	Raw  json.RawMessage
}

// Broken is an item that could not be read. Reason holds no content of it. Kind
// is "" or ReasonIDTooLong.
type Broken struct {
	Kind   string
	Reason string
	Raw    json.RawMessage
}
