package live

import (
	"encoding/json"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/orders"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/view"
)

// protocolVersion is told in hello and raised when a client must change.
const protocolVersion = 1

// Streams. A conversation's stream is conversationStream followed by its id.
const (
	inboxStream        = "inbox"
	meStream           = "me"
	settingsStream     = "settings"
	conversationStream = "conversation:"
)

// frameIn is what a client sends; T says which fields count.
type frameIn struct {
	T            string          `json:"t"`
	Ref          string          `json:"ref"` // identify, subscribe, unsubscribe: returned with the answer
	CSRF         string          `json:"csrf"`
	Client       string          `json:"client"`
	Stream       string          `json:"stream"`
	Position     *position       `json:"position"`
	ID           string          `json:"id"` // command: returned with the result
	Conversation string          `json:"conversation"`
	Type         string          `json:"type"`
	Body         json.RawMessage `json:"body"`
	State        string          `json:"state"` // presence
}

// position is where a client stands in a stream. Streams of conversations have
// versions as offsets and no epoch.
type position struct {
	Epoch  string `json:"epoch,omitempty"`
	Offset uint64 `json:"offset"`
}

// frameOut is what the server sends; T says which fields count. See doc.go.
// What is a pointer may be false or 0 and is written all the same.
type frameOut struct {
	T         string         `json:"t"`
	Stream    string         `json:"stream,omitempty"`
	Epoch     string         `json:"epoch,omitempty"`
	Offset    *uint64        `json:"offset,omitempty"`
	Ref       string         `json:"ref,omitempty"`
	Recovered *bool          `json:"recovered,omitempty"`
	Row       *view.Row      `json:"row,omitempty"`
	Items     []view.Item    `json:"items,omitempty"`
	Present   []presenceView `json:"present,omitempty"`

	Conversation string           `json:"conversation,omitempty"`
	Version      uint64           `json:"version,omitempty"`
	Owner        *view.Owner      `json:"owner,omitempty"`
	Change       string           `json:"change,omitempty"` // me: gained or lost
	Cause        string           `json:"cause,omitempty"`
	Who          *view.Party      `json:"who,omitempty"`  // me: the author of a note
	Kind         string           `json:"kind,omitempty"` // settings: of what changed; ID names it
	Revision     int64            `json:"revision,omitempty"`
	Presence     *presenceView    `json:"presence,omitempty"`
	ID           string           `json:"id,omitempty"`
	OK           *bool            `json:"ok,omitempty"`
	Result       *orders.Result   `json:"result,omitempty"`
	Problem      *problem.Problem `json:"problem,omitempty"`
	Error        *protocolError   `json:"error,omitempty"`
	Hello        *helloView       `json:"hello,omitempty"`
	Me           *view.Agent      `json:"me,omitempty"`
	Socket       string           `json:"socket,omitempty"`
	ServerTimeMS int64            `json:"server_time_ms,omitempty"` // pong, clock; hello has its own
}

type helloView struct {
	Protocol         int   `json:"protocol"`
	IdentifyWithinMS int64 `json:"identify_within_ms"`
	PingEveryMS      int64 `json:"ping_every_ms"`
	ServerTimeMS     int64 `json:"server_time_ms"`
}

// presenceView is somebody who looks at or types in a conversation.
type presenceView struct {
	Conversation string     `json:"conversation,omitempty"` // among those of inbox
	Who          view.Party `json:"who"`
	State        string     `json:"state"` // viewing, typing, gone
}

// protocolError answers a frame that could not be served; the socket lives on.
type protocolError struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`
	Detail string `json:"detail,omitempty"`
	Retry  bool   `json:"retry"` // whether the same frame may succeed later
}

// Errors of frames. Numbers are stable.
func errUnknownFrame(detail string) *protocolError {
	return &protocolError{100, "unknown_frame", detail, false}
}
func errUnknownStream() *protocolError { return &protocolError{101, "unknown_stream", "", false} }
func errTooManyStreams() *protocolError {
	return &protocolError{102, "too_many_streams", "unsubscribe from some first", false}
}
func errNotFound() *protocolError { return &protocolError{104, "not_found", "", false} }
func errNotSubscribed() *protocolError {
	return &protocolError{105, "not_subscribed", "subscribe to the conversation first", false}
}

func errForbidden(detail string) *protocolError {
	return &protocolError{106, "forbidden", detail, false}
}

func errUnwritable(detail string) *protocolError {
	return &protocolError{111, "unwritable", detail, false}
}
func errUnavailable() *protocolError { return &protocolError{110, "unavailable", "", true} }

// closeReason is why the server closes a socket. Codes from 4000 say come back,
// codes from 4500 say do not: the same would happen again.
type closeReason struct {
	code int
	text string
}

func closeDraining() closeReason { return closeReason{4001, "server stops, come back"} }
func closeSlow() closeReason     { return closeReason{4002, "too slow to read, come back"} }
func closeRights() closeReason   { return closeReason{4003, "your rights changed, come back"} }
func closeFlood() closeReason    { return closeReason{4004, "too many frames, come back later"} }
func closeInternal() closeReason { return closeReason{4005, "internal error, come back"} }
func closeMany() closeReason     { return closeReason{4006, "too many sockets of one person, close some"} }

func closeProtocol(text string) closeReason {
	return closeReason{4500, text}
}

func closeNoIdentify() closeReason {
	return closeReason{4501, "identify did not come in time or first"}
}

func closeBadCSRF() closeReason {
	return closeReason{4502, "csrf token does not fit, read it from /api/v1/me"}
}
func closeSession() closeReason { return closeReason{4503, "the session has ended, log in"} }

// encodeFrame never fails: what views hold, JSON can write. Should that ever be
// wrong, the reader is told that a frame of this stream is missing, and where it
// stands, so that he can fetch anew; no goroutine ends over it.
func encodeFrame(f *frameOut) []byte {
	body, err := json.Marshal(f)
	if err == nil {
		return body
	}
	lost := frameOut{
		T: "error", Stream: f.Stream, Ref: f.Ref, ID: f.ID, Conversation: f.Conversation, Version: f.Version,
		Error: errUnwritable(f.T + ": " + err.Error()),
	}
	body, err = json.Marshal(&lost)
	if err != nil {
		panic("a frame of texts and numbers always encodes: " + err.Error())
	}
	return body
}

// parseConversationStream returns the key of "conversation:<id>".
func parseConversationStream(stream string) (wa.ConversationKey, bool) {
	id, ok := strings.CutPrefix(stream, conversationStream)
	if !ok {
		return wa.ConversationKey{}, false
	}
	key, err := wa.ParseConversationKey(id)
	return key, err == nil
}

func ptr[T any](v T) *T { return &v }

// Frames are values of the types of frames: what a client sends, what it gets.
func Frames() []any { return []any{frameIn{}, frameOut{}} }
