package cloudapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Stream posts a body of a length as it is read, for what is too long to be held. What
// reads it may take the client's time-out for each part, and so may the answer. Its error
// is a *SendError, or that of the body. Retry and Rejected are sure; after Ambiguous the
// body may have arrived.
func (c *Client) Stream(ctx context.Context, path, token, contentType string, length int64, body io.Reader, answer any) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := time.AfterFunc(c.timeout, cancel)
	defer idle.Stop()
	request, err := c.request(ctx, http.MethodPost, path, token, nil, nil)
	if err != nil {
		return &SendError{Outcome: Rejected, Class: ClassPermanent, Detail: "request cannot be built", Err: err}
	}
	source := &remembering{Reader: body}
	request.Body, request.ContentLength = io.NopCloser(&watched{source, idle, c.timeout}), length
	request.Header.Set("Content-Type", contentType)
	response, err := c.http.Do(request)
	if source.err != nil {
		return fmt.Errorf("read body: %w", source.err)
	}
	if err != nil {
		return transportError(err, true)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return transportError(err, true)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return answerError(response.StatusCode, response.Header, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return &SendError{Outcome: Ambiguous, Class: ClassHuman, HTTPStatus: response.StatusCode, Detail: "answer is not readable", Err: err}
	}
	return nil
}

// remembering keeps why its reader failed, apart from what the network says.
type remembering struct {
	io.Reader
	err error
}

func (r *remembering) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err //nolint:wrapcheck // see above
}
