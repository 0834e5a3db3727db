package onboarding

import (
	"cmp"
	"net/http"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Routes adds the endpoints to those of Graph.
func (d *Desk) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{version}/debug_token", d.locked(d.debug))
	mux.HandleFunc("GET /{version}/{id}/phone_numbers", d.locked(d.list))
	mux.HandleFunc("GET /{version}/{id}/subscribed_apps", d.locked(d.subscribers))
	mux.HandleFunc("POST /{version}/{id}/subscribed_apps", d.locked(d.subscribe))
	mux.HandleFunc("DELETE /{version}/{id}/subscribed_apps", d.locked(d.unsubscribe))
	mux.HandleFunc("POST /{version}/{id}/request_code", d.locked(d.ofNumber(d.requestCode)))
	mux.HandleFunc("POST /{version}/{id}/verify_code", d.locked(d.ofNumber(d.verifyCode)))
	mux.HandleFunc("POST /{version}/{id}/register", d.locked(d.ofNumber(d.register)))
}

func (d *Desk) locked(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		defer d.mu.Unlock()
		next(w, r)
	}
}

// hides answers for an account that a good token does not see: to it there is none.
func (d *Desk) hides(w http.ResponseWriter, r *http.Request, account wa.AccountID) bool {
	token, refused := d.bearer(r)
	if refused != nil {
		return false
	}
	g := d.granted(token)
	if g == nil || g.sees(account) {
		return false
	}
	missing(w)
	return true
}

func (d *Desk) ofNumber(next func(http.ResponseWriter, *http.Request, *number)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := d.find(wa.PhoneNumberID(r.PathValue("id")))
		if n == nil {
			missing(w)
			return
		}
		if d.may(w, r, n.AccountID, management) {
			next(w, r, n)
		}
	}
}

// Serve answers for a number or an account. False: there is none of this id.
func (d *Desk) Serve(w http.ResponseWriter, r *http.Request, id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.find(wa.PhoneNumberID(id)); n != nil {
		if d.may(w, r, n.AccountID, management) {
			write(w, http.StatusOK, d.object(n))
		}
		return true
	}
	of := d.ofAccount(wa.AccountID(id))
	if len(of) == 0 {
		return false
	}
	if d.hides(w, r, of[0].AccountID) || !d.may(w, r, of[0].AccountID, management) {
		return true
	}
	n := of[0]
	answer := object{"id": string(n.AccountID), "name": n.Name}
	if n.Portfolio != "" {
		answer["owner_business_info"] = object{"id": string(n.Portfolio), "name": n.Name}
	}
	write(w, http.StatusOK, answer)
	return true
}

// object is a number with all that fields may ask for.
func (d *Desk) object(n *number) object {
	o := object{
		"id": string(n.ID), "verified_name": n.Name, "display_phone_number": "+" + n.Display,
		"quality_rating": cmp.Or(n.Standing.Quality, "GREEN"), "name_status": cmp.Or(n.Standing.NameStatus, "APPROVED"), "platform_type": "NOT_APPLICABLE", "code_verification_status": "NOT_VERIFIED",
		"throughput": object{"level": "STANDARD"}, "is_on_biz_app": n.OnPhone,
		"whatsapp_business_manager_messaging_limit": cmp.Or(n.Standing.Tier, "TIER_100K"), "status": "PENDING",
		"health_status": object{"can_send_message": "BLOCKED"},
	}
	if n.MPS > 80 {
		o["throughput"] = object{"level": "HIGH"}
	}
	if n.verified {
		o["code_verification_status"] = "VERIFIED"
	}
	if d.Live(n.ID) {
		o["platform_type"], o["status"], o["health_status"] = "CLOUD_API", "CONNECTED", object{"can_send_message": cmp.Or(n.Standing.CanSend, "AVAILABLE")}
	}
	return o
}

// list is the numbers of an account on one page.
func (d *Desk) list(w http.ResponseWriter, r *http.Request) {
	of := d.ofAccount(wa.AccountID(r.PathValue("id")))
	if len(of) == 0 {
		missing(w)
		return
	}
	if d.hides(w, r, of[0].AccountID) || !d.may(w, r, of[0].AccountID, management) {
		return
	}
	data := []object{}
	for _, n := range of {
		data = append(data, d.object(n))
	}
	write(w, http.StatusOK, object{"data": data, "paging": object{"cursors": object{"before": "a", "after": "b"}}})
}

// debug tells what a token is. A token may look at itself.
func (d *Desk) debug(w http.ResponseWriter, r *http.Request) {
	token, refused := d.bearer(r)
	if refused == nil && d.granted(token) == nil {
		refused = &refusal{status: 401, code: 190, details: "Invalid OAuth access token - Cannot parse access token"}
	}
	if refused != nil {
		refused.write(w)
		return
	}
	g := d.granted(r.URL.Query().Get("input_token"))
	if g == nil {
		write(w, http.StatusOK, object{"data": object{
			"is_valid": false, "scopes": []string{}, "error": object{"code": 190, "message": "The access token could not be decrypted"},
		}})
		return
	}
	scopes := g.Scopes
	if scopes == nil {
		scopes = []string{messaging, management, business}
	}
	data := object{
		"app_id": appID, "application": appName, "type": "SYSTEM_USER", "is_valid": true, "scopes": scopes,
		"expires_at": 0, "data_access_expires_at": 0, "user_id": "122100000000001",
	}
	granular := []object{}
	for _, scope := range scopes {
		o := object{"scope": scope}
		if scope != business && g.Accounts != nil {
			o["target_ids"] = g.Accounts
		}
		granular = append(granular, o)
	}
	data["granular_scopes"] = granular
	if !g.ExpiresAt.IsZero() {
		data["expires_at"] = g.ExpiresAt.Unix()
	}
	if g.expired(d.config.Now()) {
		data["is_valid"] = false
		data["error"] = object{"code": 190, "subcode": 463, "message": "Error validating access token: Session has expired."}
	}
	write(w, http.StatusOK, object{"data": data})
}

func (d *Desk) subscribers(w http.ResponseWriter, r *http.Request) {
	account := wa.AccountID(r.PathValue("id"))
	if !d.may(w, r, account, management) {
		return
	}
	data := []object{}
	if d.Hears(account) {
		app := object{"whatsapp_business_api_data": object{"id": appID, "name": appName, "link": "https://prosa.example/"}}
		if to := d.overrides[account]; to != "" {
			app["override_callback_uri"] = to
		}
		data = append(data, app)
	}
	write(w, http.StatusOK, object{"data": data})
}

func (d *Desk) subscribe(w http.ResponseWriter, r *http.Request) {
	account := wa.AccountID(r.PathValue("id"))
	if d.may(w, r, account, management) {
		d.subscribeTo(account, true)
		done(w)
	}
}

func (d *Desk) unsubscribe(w http.ResponseWriter, r *http.Request) {
	account := wa.AccountID(r.PathValue("id"))
	if d.may(w, r, account, management) {
		d.subscribeTo(account, false)
		done(w)
	}
}
