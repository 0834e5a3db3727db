package graphapi

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/content"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/problem"
)

// Error is a refusal in Meta's shape (Graph API, handling errors). Type and Message are
// what clients print, Code what they decide by, Details the words that say what to do.
type Error struct {
	Status  int    `json:"-"`
	Message string `json:"message"`
	Type    string `json:"type"`
	Code    int    `json:"code"`
	Subcode int    `json:"error_subcode,omitempty"`
	Data    *data  `json:"error_data,omitempty"`
	Trace   string `json:"fbtrace_id"`
}

type data struct {
	Product string `json:"messaging_product"`
	Details string `json:"details"`
}

func (e *Error) Error() string { return e.Message }

// Codes of Meta that a refusal of ours is told as.
const (
	codeTooManyCalls  = 4
	codeNoPermission  = 10
	codeParameter     = 100
	codeToken         = 190
	codeRestricted    = 368
	codeAccountCalls  = 80007
	codeAccess        = 131005
	codeMissing       = 131008
	codeValue         = 131009
	codeUnavailable   = 131016
	codeSomething     = 131000
	codeWindow        = 131047
	codeUpload        = 131053
	codeParameters    = 132000
	codeParameterForm = 132012
	noObject          = 33 // subcode: the object does not exist, or not for this token
)

func newError(status, number int, message, details string) *Error {
	e := &Error{Status: status, Code: number, Type: "OAuthException", Message: message}
	if details != "" {
		e.Data = &data{"whatsapp", details}
	}
	return e
}

func unknownObject(details string) *Error {
	e := newError(http.StatusBadRequest, codeParameter,
		"Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or does not support this operation", details)
	e.Type, e.Subcode = "GraphMethodException", noObject
	return e
}

// errorOf tells a refusal of ours as Meta would tell its own.
func errorOf(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if failed, ok := errors.AsType[*cloudapi.SendError](err); ok && failed.Code != 0 { // Meta's own word
		return newError(max(failed.HTTPStatus, http.StatusBadRequest), failed.Code, failed.Detail, "")
	}
	p := problem.Of(err)
	details := detailsOf(p)
	switch p.Code {
	case code.NoSession:
		return newError(http.StatusUnauthorized, codeToken, "Invalid OAuth access token - Cannot parse access token", details)
	case code.Forbidden, code.NotForNumber, code.NotInTeam, code.SeatClosed:
		return newError(http.StatusForbidden, codeNoPermission, "(#10) Application does not have permission for this action", details)
	case code.NotFound:
		return unknownObject(details)
	case code.NotOwner, code.AlreadyOwned, code.Unclaimed, code.StaleEpoch, code.Stale:
		return newError(http.StatusConflict, codeAccess, "(#131005) Access denied", details)
	case code.WindowClosed:
		return newError(http.StatusBadRequest, codeWindow, "(#131047) Re-engagement message", details)
	case code.NoTemplate:
		return templateError(p, details)
	case code.BadContent, code.BadRequest:
		return contentError(p, details)
	case code.TooManyOpen:
		return newError(http.StatusTooManyRequests, cloudapi.CodePairRate, "(#131056) (Business Account, Consumer Account) pair rate limit hit", details)
	case code.MonthSpent:
		return newError(http.StatusTooManyRequests, codeAccountCalls, "(#80007) Rate limit issues", details)
	case code.TooManyAttempts:
		return newError(http.StatusTooManyRequests, codeTooManyCalls, "(#4) Application request limit reached", details)
	case code.TenantSuspended:
		return newError(http.StatusForbidden, codeRestricted, "(#368) Temporarily blocked for policies violations", details)
	case code.TooLarge:
		return newError(http.StatusBadRequest, codeUpload, "(#131053) Media upload error", details)
	case code.Unavailable, code.UnknownOutcome:
		return newError(http.StatusServiceUnavailable, codeUnavailable, "(#131016) Service unavailable", details)
	}
	return newError(http.StatusInternalServerError, codeSomething, "(#131000) Something went wrong", details)
}

// detailsOf says what is wrong, where, and what helps.
func detailsOf(p *problem.Problem) string {
	var parts []string
	if p.Owner != nil && p.Owner.Name != "" && p.Status == http.StatusConflict {
		parts = append(parts, p.Owner.Name+" owns the conversation")
	}
	switch {
	case p.Field != "" && p.Detail != "" && !strings.HasPrefix(p.Detail, p.Field):
		parts = append(parts, p.Field+": "+p.Detail)
	case p.Detail != "":
		parts = append(parts, p.Detail)
	}
	if p.Remedy != "" {
		parts = append(parts, p.Remedy)
	}
	return strings.Join(parts, "; ")
}

func templateError(p *problem.Problem, details string) *Error {
	if p.Reason == content.ReasonPaused {
		return newError(http.StatusBadRequest, cloudapi.CodeTemplatePaused, "(#132015) Template is paused", details)
	}
	return newError(http.StatusNotFound, cloudapi.CodeTemplateMissing, "(#132001) Template name does not exist in the translation", details)
}

func contentError(p *problem.Problem, details string) *Error {
	switch p.Reason {
	case wa.RuleMissing:
		return newError(http.StatusBadRequest, codeMissing, "(#131008) Required parameter is missing", details)
	case string(wa.RuleValueMissing), "value_unknown", "template_values":
		return newError(http.StatusBadRequest, codeParameters, "(#132000) Number of parameters does not match the expected number of params", details)
	case "value_lines", "value_link", "value_spaces", "template_long", "header_long", "template_parts":
		return newError(http.StatusBadRequest, codeParameterForm, "(#132012) Parameter format does not match format in the created template", details)
	case "empty", "too_long":
		return newError(http.StatusBadRequest, codeParameter, "(#100) Invalid parameter", details)
	}
	if p.Code == code.BadRequest {
		return newError(http.StatusBadRequest, codeParameter, "(#100) Invalid parameter", details)
	}
	return newError(http.StatusBadRequest, codeValue, "(#131009) Parameter value is not valid", details)
}

// writeError answers with a refusal.
func writeError(w http.ResponseWriter, e *Error) {
	e.Trace = "A" + rand.Text()[:22]
	writeJSON(w, e.Status, map[string]*Error{"error": e})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}
