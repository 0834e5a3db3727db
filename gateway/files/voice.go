package files

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/filetype"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/voice"
)

// recorded makes Ogg of what a browser recorded as WebM, where a voice message is asked
// for; what is none is left as it comes, and judged by what it is.
func recorded(r *http.Request, body *incomingBody) (*incomingBody, error) {
	if r.URL.Query().Get("voice") == "" {
		return body, nil
	}
	if kind := filetype.Bare(body.declared); kind != "audio/webm" && kind != "video/webm" {
		return body, nil
	}
	recording, err := io.ReadAll(io.LimitReader(body, voice.MaxBytes+1))
	if err != nil {
		return nil, brokenOff(err)
	}
	ogg, _, err := voice.Rewrap(recording)
	if err != nil {
		return nil, unspoken(err)
	}
	return &incomingBody{bytes.NewReader(ogg), strings.TrimSuffix(body.name, ".webm") + ".ogg", "audio/ogg"}, nil
}

func unspoken(err error) error {
	p := problem.New(code.BadContent, err.Error())
	p.Field = "file"
	switch {
	case errors.Is(err, voice.ErrTooLarge):
		p.Reason, p.Limit, p.Remedy = wa.RuleTooLarge, voice.MaxBytes, "record less at a time"
	case errors.Is(err, voice.ErrSilent):
		p.Reason, p.Limit, p.Remedy = "empty", 1, "record again"
	default:
		p.Reason, p.Remedy = wa.RuleCoding, "record again, or upload a sound file"
	}
	return p
}
