"""The wire: what requests to AI providers ask for, and what their answers say of use, usage and errors."""
