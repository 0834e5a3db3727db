package cloudapi

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/meter"
)

// Outcome says how sure it is that a send did not happen.
type Outcome string

// Outcomes of a send that brought no wamid.
const (
	Rejected  Outcome = "rejected"  // surely not sent, and as it is it never will be
	Retry     Outcome = "retry"     // surely not sent; the same message may be tried again
	Ambiguous Outcome = "ambiguous" // perhaps sent: never repeat it blindly
)

// SendError is the error of every call of the client. Code is 0 when Meta gave
// none. Detail is Meta's explanation or the kind of transport failure, without
// content, token or address of the person.
type SendError struct {
	Outcome    Outcome
	Class      Class
	Code       int
	Subcode    int // 0 when Meta gave none; only Graph itself gives one
	HTTPStatus int
	Detail     string
	RetryAfter time.Duration // lower bound before a new try; 0: the caller's back-off
	Retries    int           // of this message at most; 0: as the class allows
	Unknown    bool          // Meta gave a code that we do not know
	Err        error         // transport failure, if any
}

// Error names outcome, code and HTTP status.
func (e *SendError) Error() string {
	return fmt.Sprintf("send: %s (code %d, http %d): %s", e.Outcome, e.Code, e.HTTPStatus, e.Detail)
}

// Unwrap gives the transport failure.
func (e *SendError) Unwrap() error { return e.Err }

// Codes of what is wrong with what was asked for (Meta, Graph errors).
const (
	codeParameter = 100
	codeObject    = 33 // also as the subcode of 100

	codeValue        = 131009
	codeInboundMedia = 131052
	codeMedia        = 131053
)

// NoSuchObject says that Meta does not have the object that was asked for, or not
// for this token. Code 100 alone does not: it is any parameter of our request.
func (e *SendError) NoSuchObject() bool {
	return e.Code == codeObject || e.Code == codeParameter && (e.Subcode == codeObject || strings.Contains(e.Detail, "does not exist"))
}

// MayMeanMedia says that what Meta refused of a message may be the id of its file: one
// that it does not know any more is an invalid parameter to it, or a file that it cannot
// open. Nothing tells it from other invalid ones.
func (e *SendError) MayMeanMedia() bool {
	switch e.Code {
	case codeParameter, codeValue, codeInboundMedia, codeMedia:
		return e.Outcome == Rejected
	}
	return false
}

// aboutRequest says that Meta refused something of the request itself.
func (e *SendError) aboutRequest() bool { return e.Code == codeParameter || e.Code == codeObject }

// answerError judges an answer that is no success. What cannot be parsed as
// Meta's error says nothing about the message: some proxy may have written it
// after Meta had accepted.
func answerError(status int, header http.Header, body []byte) *SendError {
	var answer struct {
		Error *graphError `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Error == nil || status < 400 {
		return &SendError{Outcome: Ambiguous, Class: ClassHuman, HTTPStatus: status, Detail: "answer without a result"}
	}
	detail := answer.Error.detail()
	info := Explain(detail.Code)
	class := info.Class
	if !info.Known && status >= 500 {
		class, info.Wait = ClassRetry, time.Second
	}
	text := detail.Detail
	if text == "" {
		text = detail.Title
	}
	outcome := outcomeOf(class)
	if info.Retries > 0 {
		outcome = Retry
	}
	return &SendError{
		Outcome: outcome, Class: class, Retries: info.Retries, Unknown: !info.Known, Code: detail.Code, Subcode: int(answer.Error.Subcode), HTTPStatus: status,
		Detail: wa.Preview(text), RetryAfter: retryAfter(header, class, info.Wait),
	}
}

// outcomeOf maps the class of a parsed error, which always means not sent.
func outcomeOf(class Class) Outcome {
	switch class {
	case ClassRetry, ClassRetryUser, ClassRetryLater, ClassAuthStop:
		return Retry
	}
	return Rejected
}

// retryAfter prefers what the answer says over what the code suggests.
func retryAfter(header http.Header, class Class, suggested time.Duration) time.Duration {
	if s, err := strconv.Atoi(header.Get("Retry-After")); err == nil && s > 0 {
		return min(time.Duration(s)*time.Second, 24*time.Hour)
	}
	if class != ClassRetryLater {
		return suggested
	}
	return cmp.Or(meter.Regain(header), suggested)
}

// heldBack is a call that was not made: Meta would have refused it as it did before.
func heldBack(held *meter.Held) *SendError {
	info := Explain(held.Code)
	return &SendError{
		Outcome: Retry, Class: info.Class, Code: held.Code, HTTPStatus: held.Status, RetryAfter: held.Wait,
		Detail: "not asked again yet: " + info.Meaning,
	}
}
