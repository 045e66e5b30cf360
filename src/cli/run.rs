//! `yibao run`: a synthetic city, settled.
