package embedded

// Adopted reports whether the server was already running, left behind by a process that was killed.
func (e *Server) Adopted() bool { return e.adopted }
