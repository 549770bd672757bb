"""申报窗口: applicants file, answer, ship and look after what they promised."""
